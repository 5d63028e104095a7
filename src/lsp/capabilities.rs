//! What the client can do, and what the server can.

use super::encoding::Encoding;
use super::{actions, commands, completion};
use lsp_types::{
    ClientCapabilities, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions,
    CompletionOptions, DiagnosticOptions, DiagnosticServerCapabilities, ExecuteCommandOptions,
    HoverProviderCapability, OneOf, SaveOptions, ServerCapabilities, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use serde_json::Value;

/// What of the client's capabilities matters.
#[derive(Debug, Clone, Default)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    /// It asks for diagnostics, and does so again when it is told that those of other files may be
    /// others. Some only ask for the file that is edited, and would show what was: they are sent all.
    pub(super) pulls: bool,
    pub(super) refreshes_hints: bool,
    pub(super) refreshes_lenses: bool,
    /// Shows other places of a diagnostic.
    pub(super) related_information: bool,
    pub(super) tags: bool,
    pub(super) code_description: bool,
    pub(super) configuration: bool,
    pub(super) registers_configuration: bool,
    pub(super) registers_watchers: bool,
    /// Watches patterns below a folder that it is told.
    pub(super) relative_patterns: bool,
    pub(super) progress: bool,
    pub(super) shows_documents: bool,
    /// Takes edits with versions of documents.
    pub(super) document_changes: bool,
    /// Code actions as literals, and those whose edit comes later.
    pub(super) action_literals: bool,
    pub(super) resolves_edits: bool,
    pub(super) action_data: bool,
    /// Hovers in Markdown.
    pub(super) markdown_hover: bool,
    pub(super) markdown_completion: bool,
}

/// Names a capability as `lsp_types` has it: the protocol calls it `workspace.diagnostics`.
pub(super) fn mend(params: &mut Value) {
    let workspace = params.pointer_mut("/capabilities/workspace");
    if let Some(workspace) = workspace.and_then(Value::as_object_mut)
        && let Some(told) = workspace.get("diagnostics").cloned()
    {
        workspace.entry("diagnostic").or_insert(told);
    }
}

impl Client {
    pub(super) fn of(all: &ClientCapabilities) -> Client {
        let general = all.general.as_ref();
        let offered = general.and_then(|g| g.position_encodings.as_deref());
        let text = all.text_document.clone().unwrap_or_default();
        let workspace = all.workspace.clone().unwrap_or_default();
        let window = all.window.clone().unwrap_or_default();
        let published = text.publish_diagnostics.unwrap_or_default();
        let action = text.code_action.unwrap_or_default();
        let watched = workspace.did_change_watched_files.unwrap_or_default();
        let markdown = |kinds: Option<Vec<lsp_types::MarkupKind>>| {
            kinds.is_some_and(|kinds| kinds.contains(&lsp_types::MarkupKind::Markdown))
        };
        let resolves = action.resolve_support.as_ref();
        Client {
            encoding: Encoding::negotiated(offered.unwrap_or_default()),
            pulls: text.diagnostic.is_some()
                && workspace
                    .diagnostic
                    .is_some_and(|d| d.refresh_support == Some(true)),
            refreshes_hints: workspace
                .inlay_hint
                .is_some_and(|h| h.refresh_support == Some(true)),
            refreshes_lenses: workspace
                .code_lens
                .is_some_and(|l| l.refresh_support == Some(true)),
            related_information: published.related_information == Some(true),
            tags: published.tag_support.is_some(),
            code_description: published.code_description_support == Some(true),
            configuration: workspace.configuration == Some(true),
            registers_configuration: workspace
                .did_change_configuration
                .is_some_and(|c| c.dynamic_registration == Some(true)),
            registers_watchers: watched.dynamic_registration == Some(true),
            relative_patterns: watched.relative_pattern_support == Some(true),
            progress: window.work_done_progress == Some(true),
            shows_documents: window.show_document.is_some_and(|s| s.support),
            document_changes: workspace
                .workspace_edit
                .is_some_and(|e| e.document_changes == Some(true)),
            action_literals: action.code_action_literal_support.is_some(),
            resolves_edits: resolves.is_some_and(|r| r.properties.iter().any(|p| p == "edit")),
            action_data: action.data_support == Some(true),
            markdown_hover: markdown(text.hover.and_then(|h| h.content_format)),
            markdown_completion: text
                .completion
                .and_then(|c| c.completion_item)
                .is_some_and(|item| markdown(item.documentation_format)),
        }
    }

    /// What the server offers such a client.
    pub(super) fn server(&self) -> ServerCapabilities {
        ServerCapabilities {
            position_encoding: Some(self.encoding.kind()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(
                TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(TextDocumentSyncKind::INCREMENTAL),
                    save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions {
                        include_text: Some(false),
                    })),
                    ..TextDocumentSyncOptions::default()
                },
            )),
            diagnostic_provider: self.pulls.then(|| {
                DiagnosticServerCapabilities::Options(DiagnosticOptions {
                    identifier: Some("connect-lint".to_owned()),
                    inter_file_dependencies: true,
                    workspace_diagnostics: true,
                    ..DiagnosticOptions::default()
                })
            }),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(
                    completion::TRIGGERS
                        .iter()
                        .map(|c| (*c).to_owned())
                        .collect(),
                ),
                ..CompletionOptions::default()
            }),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(actions::kinds()),
                resolve_provider: Some(true),
                ..CodeActionOptions::default()
            })),
            inlay_hint_provider: Some(OneOf::Left(true)),
            code_lens_provider: Some(CodeLensOptions {
                resolve_provider: Some(false),
            }),
            execute_command_provider: Some(ExecuteCommandOptions {
                commands: commands::ALL.iter().map(|c| (*c).to_owned()).collect(),
                ..ExecuteCommandOptions::default()
            }),
            workspace: Some(WorkspaceServerCapabilities {
                workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(OneOf::Left(true)),
                }),
                file_operations: None,
            }),
            ..ServerCapabilities::default()
        }
    }
}
