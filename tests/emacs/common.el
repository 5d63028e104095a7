;;; What the checks of Eglot and of lsp-mode have in common.  -*- lexical-binding: t -*-

(require 'cl-lib)
(setq create-lockfiles nil make-backup-files nil auto-save-default nil inhibit-startup-screen t
      ring-bell-function #'ignore
      ;; Nothing is compiled while the checks wait.
      native-comp-deferred-compilation nil native-comp-jit-compilation nil)

(defun say (what)
  "Tell WHAT in the file that `run' reads."
  (write-region (concat what "\n") nil (getenv "CONNECT_LINT_SAID") t 'quiet))

(defun await (what probe)
  "Wait until PROBE gives something, and hand it on; WHAT is told."
  (let ((end (+ (float-time) 60)) result)
    (while (and (not (setq result (funcall probe))) (< (float-time) end))
      ;; A pause of the user, in which timers run and files are watched.
      (sit-for 0.05))
    (unless result (error "Waited in vain: %s" what))
    (say (concat "  " what))
    result))

(defun check (checks)
  "Run CHECKS, and end Emacs."
  (condition-case problem
      (progn (funcall checks) (kill-emacs 0))
    (error (say (format "%S" problem))
           (say (with-current-buffer "*Messages*" (buffer-string)))
           (kill-emacs 1))))

(defun replace-text (old new)
  "Put NEW in place of OLD in the current buffer."
  (goto-char (point-min))
  (search-forward old)
  (replace-match new t t))

(defun text-of (file)
  (with-temp-buffer (insert-file-contents file) (buffer-string)))
