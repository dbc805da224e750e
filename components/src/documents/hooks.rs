//! How components read documents.

use std::rc::Rc;

use yew::prelude::*;
use yew_sandbox::Sandbox;

use super::document::{Document, Resolution};
use super::open_files::OpenFiles;
use super::store::{Documents, Topic};

/// What [`use_document`] gives.
#[derive(Clone, Debug, PartialEq)]
pub struct UseDocumentHandle {
    /// The document as it stands.
    pub document: Document,
    documents: Documents,
    path: AttrValue,
}

impl UseDocumentHandle {
    /// As [`Documents::edit`].
    pub fn edit(&self, text: impl Into<Rc<str>>) {
        self.documents.edit(&self.path, text);
    }

    /// As [`Documents::save`].
    pub fn save(&self) {
        self.documents.save(&self.path);
    }

    /// As [`Documents::revert`].
    pub fn revert(&self) {
        self.documents.revert(&self.path);
    }

    /// As [`Documents::resolve`].
    pub fn resolve(&self, resolution: Resolution) {
        self.documents.resolve(&self.path, resolution);
    }

    /// Which documents these are.
    pub(crate) fn documents_id(&self) -> u64 {
        self.documents.id()
    }

    /// As [`Documents::refresh`].
    pub fn refresh(&self) {
        self.documents.refresh(&self.path);
    }
}

/// What [`use_open_files`] gives.
#[derive(Clone, Debug, PartialEq)]
pub struct UseOpenFilesHandle {
    /// Which files are open.
    pub open: OpenFiles,
    /// The paths of all documents with unsaved edits, sorted.
    pub dirty: Vec<String>,
    /// The paths of all documents whose file is gone, as far as is known, sorted. Files that were never shown are not looked at.
    pub missing: Vec<String>,
    documents: Documents,
}

impl UseOpenFilesHandle {
    /// As [`Documents::open`].
    pub fn open(&self, path: &str) {
        self.documents.open(path);
    }

    /// As [`Documents::close`].
    pub fn close(&self, path: &str) {
        self.documents.close(path);
    }

    /// Shows an open file.
    pub fn activate(&self, path: &str) {
        self.documents.change_open(|open| open.activate(path));
    }

    /// Moves an open file to a place among the others, counted from 0.
    pub fn move_to(&self, path: &str, place: usize) {
        self.documents.change_open(|open| open.move_to(path, place));
    }
}

/// The documents of the nearest [`DocumentsProvider`](super::DocumentsProvider); a component without one makes its own, which it
/// shares with nobody.
///
/// # Panics
/// If there is no [`SandboxProvider`](yew_sandbox::SandboxProvider) around the component.
#[hook]
pub fn use_documents() -> Documents {
    use_documents_if_any().expect("use_documents needs a <SandboxProvider> around the component")
}

/// The documents, or `None` without a sandbox.
#[hook]
pub(crate) fn use_documents_if_any() -> Option<Documents> {
    let sandbox = use_context::<Sandbox>();
    let shared = use_context::<Documents>();
    let own = use_memo((sandbox, shared.is_some()), |(sandbox, is_shared)| {
        sandbox.clone().filter(|_| !is_shared).map(Documents::new)
    });
    shared.or_else(|| (*own).clone())
}

/// One file, with what was typed in it. The component renders again when this document changes, and for nothing else.
///
/// # Panics
/// As [`use_documents`].
#[hook]
pub fn use_document(path: impl Into<AttrValue>) -> UseDocumentHandle {
    let path: AttrValue = path.into();
    let documents = use_documents();
    let update = use_force_update();
    {
        let documents = documents.clone();
        use_effect_with((documents, path.clone()), move |(documents, path)| {
            let (documents, path) = (documents.clone(), path.to_string());
            documents.acquire(&path);
            let topic = Topic::Document(path.clone());
            let told = update.clone();
            let listening = documents.listen(topic, Callback::from(move |()| told.force_update()));
            // One that others hold may have been there before.
            update.force_update();
            move || {
                drop(listening);
                documents.release(&path);
            }
        });
    }
    UseDocumentHandle {
        document: documents.get(&path),
        documents,
        path,
    }
}

/// The open files, as tabs show them. The component renders again when they, or which of them are dirty or gone, change.
///
/// # Panics
/// As [`use_documents`].
#[hook]
pub fn use_open_files() -> UseOpenFilesHandle {
    let documents = use_documents();
    let update = use_force_update();
    use_effect_with(documents.clone(), move |documents| {
        let told = update.clone();
        let listening =
            documents.listen(Topic::Open, Callback::from(move |()| told.force_update()));
        update.force_update();
        move || drop(listening)
    });
    UseOpenFilesHandle {
        open: documents.open_files(),
        dirty: documents.dirty(),
        missing: documents.missing(),
        documents,
    }
}

/// The file that is shown. The component renders again when that is another one, and for nothing else.
///
/// # Panics
/// As [`use_documents`].
#[hook]
pub(crate) fn use_active_file() -> Option<AttrValue> {
    let documents = use_documents();
    let active = use_state_eq(|| documents.open_files().active);
    let set = active.setter();
    use_effect_with(documents, move |documents| {
        let look = {
            let documents = documents.clone();
            Callback::from(move |()| set.set(documents.open_files().active))
        };
        look.emit(());
        let listening = documents.listen(Topic::Open, look);
        move || drop(listening)
    });
    (*active).clone().map(AttrValue::from)
}
