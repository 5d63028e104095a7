;;; What the checks of Eglot and of lsp-mode have in common.  -*- lexical-binding: t -*-

(defun await (what probe)
  "Wait until PROBE gives something, and hand it on; WHAT is told."
  (let ((end (+ (float-time) 20)) result)
    (while (and (not (setq result (funcall probe))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (unless result (error "Waited in vain: %s" what))
    (message "  %s" what)
    result))

(defun replace-text (old new)
  "Put NEW in place of OLD in the current buffer."
  (goto-char (point-min))
  (search-forward old)
  (replace-match new t t))

(defun text-of (file)
  (with-temp-buffer (insert-file-contents file) (buffer-string)))
