//! One open file: what the sandbox has, what was typed, and what is to become of both. Pure: no sandbox, no page.

use std::rc::Rc;

use yew_sandbox::Error;

use super::content::Content;

/// What both sides made of a file since they last agreed.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// What both began with.
    pub base: Rc<str>,
    /// What the sandbox has now: another text, none where the file is gone, or what is no text or too large. Never
    /// [`Content::Failed`].
    pub theirs: Content,
}

/// How a [`Conflict`] ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// What was typed here replaces what the sandbox has.
    Mine,
    /// What was typed here is given up.
    Theirs,
    /// Another text, made of both, replaces them.
    Text(Rc<str>),
}

/// One open file, as it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// What the sandbox has at the path; `None` before it was looked at.
    pub content: Option<Content>,
    /// Both sides changed the file. Nothing is saved until it is resolved.
    pub conflict: Option<Conflict>,
    /// Why the newest save failed.
    pub save_error: Option<Rc<Error>>,
    /// What was typed, where it differs from the base.
    edited: Option<Edited>,
    /// What is on its way to the sandbox.
    saving: Option<Rc<str>>,
    /// Whether a save is wanted and has not ended.
    wants_save: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Edited {
    /// What the edits began with: a text or nothing, or what they were resolved against. Only over this is written.
    base: Content,
    text: Rc<str>,
}

impl Document {
    /// The text to show: what was typed, else what the sandbox has.
    pub fn text(&self) -> Option<&Rc<str>> {
        match &self.edited {
            Some(edited) => Some(&edited.text),
            None => self.content.as_ref().and_then(Content::text),
        }
    }

    /// Whether something was typed that the sandbox does not have.
    pub fn is_dirty(&self) -> bool {
        self.edited.is_some()
    }

    /// Whether there is no file at the path, as far as is known.
    pub fn is_missing(&self) -> bool {
        self.content == Some(Content::Missing)
    }

    /// Whether a save is under way, or waits for the link.
    pub fn is_saving(&self) -> bool {
        self.wants_save || self.saving.is_some()
    }

    /// What was typed.
    pub(crate) fn edit(&mut self, text: Rc<str>) {
        let base = match &self.edited {
            Some(edited) => edited.base.clone(),
            None => base_of(self.content.as_ref()),
        };
        // While a save is under way the sandbox may soon have another text than the base.
        let differs = base.text() != Some(&text) || self.saving.is_some();
        self.edited = differs.then_some(Edited { base, text });
        if self.edited.is_none() && self.conflict.is_some() {
            // What was typed is taken back: nothing is left to be in conflict.
            self.conflict = None;
        }
    }

    /// What was typed, as the document of another path to which the file moves. What it began with and what is on its way go along: a conflict is
    /// one there too, once it was looked what is at that path.
    pub(crate) fn moved(&self) -> Option<Self> {
        self.edited.as_ref()?;
        Some(Self {
            edited: self.edited.clone(),
            saving: self.saving.clone(),
            ..Self::default()
        })
    }

    /// What the sandbox has. `content` was read after every save that has ended.
    pub(crate) fn found(&mut self, content: Content) {
        if let Content::Failed(error) = &content {
            // Nothing is written over what cannot be compared.
            if self.wants_save {
                self.refused(Rc::clone(error));
            }
            // What is known is worth more than why nothing newer is.
            self.content.get_or_insert(content);
            return;
        }
        self.content = Some(content.clone());
        let saving = self.saving.take();
        let Some(edited) = &mut self.edited else {
            return;
        };
        let theirs = content.text();
        if theirs == Some(&edited.text) {
            // Both came to the same.
            self.edited = None;
            self.conflict = None;
        } else if content == edited.base {
            self.conflict = None;
        } else if saving.is_some() && theirs == saving.as_ref() {
            // Our own save, whose answer was not heard; what was typed since goes on from there.
            edited.base = content;
            self.conflict = None;
        } else {
            self.conflict = Some(Conflict {
                base: edited.base.text().cloned().unwrap_or_default(),
                theirs: content,
            });
            self.wants_save = false;
        }
    }

    /// Asks for a save. Says whether there is something to save.
    pub(crate) fn want_save(&mut self) -> bool {
        self.wants_save = self.edited.is_some() && self.conflict.is_none();
        if self.wants_save {
            self.save_error = None;
        }
        self.wants_save
    }

    /// The text that is to be written now, after [`found`](Self::found) has compared what the sandbox has with the base.
    pub(crate) fn begin_save(&mut self) -> Option<Rc<str>> {
        let is_wanted = std::mem::take(&mut self.wants_save) && self.conflict.is_none();
        let edited = self.edited.as_ref().filter(|_| is_wanted);
        self.saving = edited.map(|edited| Rc::clone(&edited.text));
        self.saving.clone()
    }

    /// Whether the save makes the file: there was none when the edits began.
    pub(crate) fn makes_file(&self) -> bool {
        let edited = self.edited.as_ref();
        edited.is_some_and(|edited| edited.base == Content::Missing)
    }

    /// The text is in the sandbox. What was typed meanwhile stays dirty.
    pub(crate) fn saved(&mut self, text: Rc<str>) {
        self.saving = None;
        self.content = Some(Content::Text(Rc::clone(&text)));
        if let Some(edited) = &mut self.edited {
            if edited.text == text {
                self.edited = None;
            } else {
                edited.base = Content::Text(text);
            }
        }
    }

    /// The link broke during a save: what was written is not known, and will be looked at before it is written again.
    pub(crate) fn interrupted(&mut self) {
        self.wants_save |= self.saving.is_some();
    }

    /// The sandbox refused the save.
    pub(crate) fn refused(&mut self, error: Rc<Error>) {
        self.saving = None;
        self.wants_save = false;
        self.save_error = Some(error);
        self.drop_what_is_as_the_base();
    }

    fn drop_what_is_as_the_base(&mut self) {
        let edited = self.edited.as_ref();
        if edited.is_some_and(|edited| edited.base.text() == Some(&edited.text)) {
            self.edited = None;
        }
    }

    /// Ends a conflict. What is to be written is dirty then, and not saved yet.
    pub(crate) fn resolve(&mut self, resolution: Resolution) {
        let (Some(conflict), Some(edited)) = (self.conflict.take(), &mut self.edited) else {
            return;
        };
        edited.base = conflict.theirs;
        match resolution {
            Resolution::Mine => {}
            Resolution::Theirs => self.edited = None,
            Resolution::Text(text) => edited.text = text,
        }
        self.drop_what_is_as_the_base();
    }

    /// Gives up what was typed.
    pub(crate) fn revert(&mut self) {
        self.edited = None;
        self.conflict = None;
        self.save_error = None;
        self.wants_save = false;
    }
}

/// What edits of something begin with. What is no text, or was not looked at, is nothing that they could have begun with: where it is
/// found to be there, that is a conflict.
fn base_of(content: Option<&Content>) -> Content {
    match content {
        Some(Content::Text(text)) => Content::Text(Rc::clone(text)),
        _ => Content::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yew_sandbox::ErrorKind;

    fn text(text: &str) -> Content {
        Content::Text(text.into())
    }

    fn open(content: &str) -> Document {
        let mut document = Document::default();
        document.found(text(content));
        document
    }

    /// At a new path, not looked at yet.
    fn moved(content: &str, typed: &str) -> Document {
        let mut before = open(content);
        before.edit(typed.into());
        before.moved().unwrap()
    }

    #[test]
    fn a_clean_document_follows_the_sandbox() {
        let mut document = open("one");
        assert_eq!(document.text().unwrap().as_ref(), "one");
        document.found(text("two"));
        assert_eq!(document.text().unwrap().as_ref(), "two");
        assert!(!document.is_dirty());
        document.found(Content::Missing);
        assert_eq!(document.text(), None);
        assert_eq!(document.content, Some(Content::Missing));
        assert!(document.is_missing());
        assert!(!Document::default().is_missing());
    }

    #[test]
    fn a_change_under_edits_is_a_conflict_and_loses_nothing() {
        let mut document = open("one");
        document.edit("mine".into());
        document.found(text("theirs"));
        assert_eq!(document.text().unwrap().as_ref(), "mine");
        let conflict = document.conflict.clone().unwrap();
        assert_eq!(conflict.base.as_ref(), "one");
        assert_eq!(conflict.theirs, text("theirs"));
        assert!(!document.want_save(), "nothing is saved over theirs");
        assert_eq!(document.begin_save(), None);
        // Theirs goes on.
        document.found(text("more"));
        assert_eq!(document.conflict.as_ref().unwrap().theirs, text("more"));
        // Theirs goes back to where it began.
        document.found(text("one"));
        assert_eq!(document.conflict, None);
        assert!(document.want_save());
    }

    #[test]
    fn a_conflict_ends_as_the_user_says() {
        let conflicting = || {
            let mut document = open("one");
            document.edit("mine".into());
            document.found(text("theirs"));
            document
        };
        let mut mine = conflicting();
        mine.resolve(Resolution::Mine);
        assert!(mine.want_save());
        assert_eq!(mine.begin_save().as_deref(), Some("mine"));
        let mut theirs = conflicting();
        theirs.resolve(Resolution::Theirs);
        assert!(!theirs.is_dirty());
        assert_eq!(theirs.text().unwrap().as_ref(), "theirs");
        let mut both = conflicting();
        both.resolve(Resolution::Text("mine and theirs".into()));
        assert!(both.want_save());
        assert_eq!(both.text().unwrap().as_ref(), "mine and theirs");
        // Looked at again before it is written: what is there is what it was resolved against.
        both.found(text("theirs"));
        assert_eq!(both.begin_save().as_deref(), Some("mine and theirs"));
    }

    #[test]
    fn a_deleted_file_with_edits_is_a_conflict_too() {
        let mut document = open("one");
        document.edit("mine".into());
        document.found(Content::Missing);
        assert_eq!(document.conflict.as_ref().unwrap().theirs, Content::Missing);
        document.resolve(Resolution::Mine);
        assert!(document.want_save());
        document.found(Content::Missing);
        assert_eq!(document.begin_save().as_deref(), Some("mine"));
        document.saved("mine".into());
        assert_eq!(document.content, Some(text("mine")));
        assert!(!document.is_dirty());
    }

    /// They were taken for deleted files, and for nothing in the end, over which everything may be written.
    #[test]
    fn what_is_no_text_any_more_is_a_conflict_of_its_own_kind() {
        let binary = || Content::Binary(vec![0, 1].into());
        let larger = || Content::TooLarge(Some(17 << 20));
        for theirs in [binary(), larger(), Content::TooLarge(None)] {
            let mut document = open("one");
            document.edit("mine".into());
            document.found(theirs.clone());
            let conflict = document.conflict.clone().unwrap();
            assert_eq!(conflict.theirs, theirs);
            assert!(!document.is_missing());
            assert!(!document.want_save());
            // Deleted after all, and made again.
            document.found(Content::Missing);
            assert_eq!(document.conflict.as_ref().unwrap().theirs, Content::Missing);
            document.resolve(Resolution::Mine);
            assert!(document.want_save());
            document.found(theirs.clone());
            assert_eq!(document.begin_save(), None, "{theirs:?} was no base");
            // Written over by choice, and only over what was seen.
            document.resolve(Resolution::Mine);
            assert!(document.want_save());
            document.found(theirs.clone());
            assert_eq!(document.begin_save().as_deref(), Some("mine"));
        }
        let mut moved = moved("one", "mine");
        moved.found(binary());
        assert_eq!(moved.conflict.unwrap().theirs, binary());
        let mut never_text = Document::default();
        never_text.found(larger());
        never_text.edit("mine".into());
        never_text.want_save();
        never_text.found(larger());
        assert_eq!(never_text.begin_save(), None);
    }

    #[test]
    fn what_is_typed_during_a_save_stays_dirty() {
        let mut document = open("one");
        document.edit("two".into());
        assert!(document.want_save());
        assert_eq!(document.begin_save().as_deref(), Some("two"));
        document.edit("three".into());
        // The watch is faster than the answer.
        document.found(text("two"));
        assert_eq!(document.conflict, None);
        document.saved("two".into());
        assert!(document.is_dirty());
        assert!(!document.is_saving());
        assert_eq!(document.text().unwrap().as_ref(), "three");
        assert!(document.want_save());
        assert_eq!(document.begin_save().as_deref(), Some("three"));
        // Asked for again while one is under way.
        document.edit("four".into());
        assert!(document.want_save());
        document.saved("three".into());
        assert_eq!(document.begin_save().as_deref(), Some("four"));
    }

    /// The document was taken for clean, and then showed what was taken back.
    #[test]
    fn what_is_taken_back_during_a_save_is_saved_after_it() {
        let saving = || {
            let mut document = open("one");
            document.edit("two".into());
            document.want_save();
            document.begin_save();
            document.edit("one".into());
            document
        };
        let mut document = saving();
        assert!(document.is_dirty());
        document.saved("two".into());
        assert_eq!(document.text().unwrap().as_ref(), "one");
        assert!(document.is_dirty() && document.want_save());
        let mut refused = saving();
        refused.refused(Rc::new(Error::new(ErrorKind::NoSpace, "full")));
        assert!(!refused.is_dirty());
        let mut lost = saving();
        lost.interrupted();
        lost.found(text("one"));
        assert!(!lost.is_dirty());
        let mut arrived = saving();
        arrived.interrupted();
        arrived.found(text("two"));
        assert_eq!(arrived.begin_save().as_deref(), Some("one"));
    }

    #[test]
    fn a_save_makes_only_what_was_not_there() {
        let mut document = open("one");
        document.edit("two".into());
        assert!(!document.makes_file());
        document.found(Content::Missing);
        assert!(!document.makes_file(), "there is a conflict first");
        document.resolve(Resolution::Mine);
        assert!(document.makes_file());
    }

    #[test]
    fn an_interrupted_save_is_told_from_a_foreign_change() {
        let mut document = open("one");
        document.edit("two".into());
        document.want_save();
        document.begin_save();
        document.edit("three".into());
        document.interrupted();
        // It had been written.
        document.found(text("two"));
        assert_eq!(document.conflict, None);
        assert_eq!(document.begin_save().as_deref(), Some("three"));
        document.interrupted();
        // Somebody else writes while the link is gone.
        document.found(text("foreign"));
        assert!(document.conflict.is_some());
        assert_eq!(document.begin_save(), None);
        assert_eq!(document.text().unwrap().as_ref(), "three");
    }

    #[test]
    fn edits_that_are_taken_back_leave_a_clean_document() {
        let mut document = open("one");
        document.edit("two".into());
        document.edit("one".into());
        assert!(!document.is_dirty());
        assert!(!document.want_save());
        document.edit("two".into());
        document.revert();
        assert_eq!(document.text().unwrap().as_ref(), "one");
    }

    #[test]
    fn a_refused_save_keeps_the_edits() {
        let mut document = open("one");
        document.edit("two".into());
        document.want_save();
        document.begin_save();
        document.refused(Rc::new(Error::new(ErrorKind::NoSpace, "full")));
        assert!(document.is_dirty());
        assert!(!document.is_saving());
        assert!(document.save_error.is_some());
        document.want_save();
        assert_eq!(document.save_error, None);
    }

    #[test]
    fn edits_move_with_a_renamed_file() {
        let mut document = moved("one", "mine");
        assert_eq!(document.text().unwrap().as_ref(), "mine");
        document.found(text("one"));
        assert_eq!(document.conflict, None);
        document.want_save();
        assert_eq!(document.begin_save().as_deref(), Some("mine"));
        assert_eq!(open("nothing typed").moved(), None);
    }

    /// A file that was renamed during a save was found with what the save wrote.
    #[test]
    fn a_save_that_is_on_its_way_moves_with_a_renamed_file() {
        let mut document = open("one");
        document.edit("saved".into());
        document.want_save();
        document.begin_save();
        document.edit("typed since".into());
        let mut moved = document.moved().unwrap();
        moved.found(text("saved"));
        assert_eq!(moved.conflict, None);
        moved.want_save();
        moved.found(text("saved"));
        assert_eq!(moved.begin_save().as_deref(), Some("typed since"));
    }

    /// A rename took what it found for what the edits began with, and the next save wrote over the other side.
    #[test]
    fn a_conflict_moves_with_a_renamed_file() {
        let mut document = open("one");
        document.edit("mine".into());
        document.found(text("theirs"));
        assert!(document.conflict.is_some());
        let mut moved = document.moved().unwrap();
        moved.found(text("theirs"));
        let conflict = moved.conflict.clone().unwrap();
        assert_eq!((&*conflict.base, conflict.theirs), ("one", text("theirs")));
        assert!(!moved.want_save());
    }

    #[test]
    fn a_failed_read_keeps_what_is_known() {
        let mut document = open("one");
        let error = Rc::new(Error::new(ErrorKind::PermissionDenied, "no"));
        document.found(Content::Failed(Rc::clone(&error)));
        assert_eq!(document.text().unwrap().as_ref(), "one");
        let mut unknown = Document::default();
        unknown.found(Content::Failed(Rc::clone(&error)));
        assert_eq!(unknown.content, Some(Content::Failed(error)));
    }

    /// The save went on, and wrote over what nobody had looked at.
    #[test]
    fn a_save_that_cannot_look_first_is_refused() {
        let failed = || Content::Failed(Rc::new(Error::new(ErrorKind::PermissionDenied, "no")));
        for mut document in [open("one"), moved("one", "yours")] {
            document.edit("mine".into());
            assert!(document.want_save());
            document.found(failed());
            assert!(!document.is_saving());
            let error = document.save_error.clone().unwrap();
            assert_eq!(error.kind(), ErrorKind::PermissionDenied);
            assert_eq!(document.begin_save(), None);
            assert_eq!(document.text().unwrap().as_ref(), "mine");
            assert!(document.want_save(), "it can be asked for again");
            assert_eq!(document.save_error, None);
            document.found(text("theirs"));
            assert_eq!(document.begin_save(), None);
            assert!(document.conflict.is_some());
        }
    }
}
