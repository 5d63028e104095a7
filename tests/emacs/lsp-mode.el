;;; What lsp-mode must show; run in a copy of `tests/editors/project'.  -*- lexical-binding: t -*-

(load (expand-file-name "common.el" (file-name-directory load-file-name)) nil t)
(require 'lsp-mode)
(setq lsp-auto-guess-root t lsp-guess-root-without-session t lsp-enable-snippet nil
      lsp-auto-configure nil lsp-session-file (expand-file-name "session"))

(defun findings ()
  "The diagnostics of the current buffer."
  (gethash (lsp--fix-path-casing buffer-file-name) (lsp-diagnostics)))

(defun checks ()
  (find-file "app.js")
  (lsp)
  (let ((finding (car (await "a blocked call is shown" #'findings))))
    (cl-assert (string-search "https://pay.shop.test" (lsp:diagnostic-message finding)) t)
    (cl-assert (equal (lsp:diagnostic-source? finding) "connect-lint") t))
  (replace-text "日" "日本語 😀😀")
  (replace-text "pay.shop" "api.shop")
  (await "a change that is not saved counts" (lambda () (null (findings))))
  (set-buffer-modified-p nil))

(check #'checks)
