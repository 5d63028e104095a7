;;; What Eglot must show and do; run in a copy of `tests/editors/project'.  -*- lexical-binding: t -*-

(load (expand-file-name "common.el" (file-name-directory load-file-name)) nil t)
(require 'eglot)
(setq eglot-confirm-server-initiated-edits nil)

(defun findings ()
  "What Flymake shows in the current buffer, as pairs of text and message."
  ;; What timers do once the user has paused; there is nobody who pauses here.
  (eglot--signal-textDocument/didChange)
  (flymake-start)
  (mapcar (lambda (diagnostic)
            (cons (buffer-substring (flymake-diagnostic-beg diagnostic) (flymake-diagnostic-end diagnostic))
                  (flymake-diagnostic-text diagnostic)))
          (flymake-diagnostics)))

(defun no-findings () (null (findings)))

(defun act (title)
  "Run the code action at point that begins with TITLE, as from the menu."
  (let ((choose (lambda (_prompt choices &rest _)
                  (or (cl-find-if (lambda (choice) (string-prefix-p title choice))
                                  (mapcar (lambda (choice) (if (consp choice) (car choice) choice)) choices))
                      (error "No such action: %S" choices)))))
    (cl-letf (((symbol-function 'completing-read) choose)
              ;; It asks before it edits files that are not open.
              ((symbol-function 'y-or-n-p) #'always)
              ;; Not by the mouse.
              (last-nonmenu-event t))
      (call-interactively #'eglot-code-actions))))

(defun checks ()
  (find-file "app.js")
  (call-interactively #'eglot)
  (await "Eglot manages the buffer" #'eglot-managed-p)
  (let ((finding (car (await "a blocked call is shown, behind characters of 2, 3 and 4 bytes" #'findings))))
    (cl-assert (equal (car finding) "PAYMENTS + '/charge'") t)
    (cl-assert (string-search "https://pay.shop.test" (cdr finding)) t))

  (replace-text "日" "日本語 😀😀")
  (replace-text "pay.shop" "api.shop")
  (await "a change that is not saved counts" #'no-findings)
  (replace-text "api.shop" "pay.shop")
  (await "behind such characters too" #'findings)

  (goto-char (point-min))
  (search-forward "PAYMENTS + ")
  (act "Add `https://pay.shop.test` to `connect-src`")
  (save-some-buffers t)
  (cl-assert (string-search "https://pay.shop.test" (text-of "_headers")) t)
  (say "  the action adds the source to the policy")
  (await "the finding goes away" #'no-findings)
  (write-region (string-replace " https://pay.shop.test" "" (text-of "_headers")) nil "_headers")
  (await "what others write is seen" #'findings)
  (eglot-shutdown (eglot-current-server)))

(check #'checks)
