//! The open files with their unsaved edits, shared by editor, tabs and whoever asks what is dirty.

mod content;
mod document;
mod hooks;
mod leaving;
mod open_files;
mod provider;
mod store;
mod sync;

pub use content::{Content, LARGEST_DOCUMENT};
pub use document::{Conflict, Document, Resolution};
pub(crate) use hooks::use_active_file;
pub use hooks::{
    UseDocumentHandle, UseOpenFilesHandle, use_document, use_documents, use_open_files,
};
pub use open_files::{MOST_OPEN_FILES, OpenFiles};
pub use provider::{DocumentsProvider, DocumentsProviderProps};
pub use store::Documents;
