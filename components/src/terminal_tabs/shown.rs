//! Which terminals are shown where.

use std::rc::Rc;

use yew::prelude::*;

/// Most terminals that stay on the page while another is shown.
const MOST_KEPT: usize = 8;

/// What is shown. Names are ids of shells.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shown {
    /// All that there are, as they are listed.
    pub(super) listed: Vec<String>,
    /// The one that is chosen.
    pub(super) active: Option<String>,
    /// The one on the other side.
    pub(super) beside: Option<String>,
    /// Those that stay on the page, in a constant order; the active one is among them.
    pub(super) kept: Vec<String>,
    /// Those that were made here: all that they asked for was asked now.
    pub(super) made: Vec<String>,
    /// Those that were made here and are not listed yet.
    awaited: Vec<String>,
    /// Those that were closed here and may still be listed.
    closed: Vec<String>,
    /// The kept ones, the one that was chosen last behind.
    order: Vec<String>,
}

pub(super) enum Act {
    /// There are these.
    List(Vec<String>),
    /// One is chosen.
    Choose(String),
    /// One was made here, to be chosen or to be put beside.
    Made(String, bool),
    /// One is to be shown, though it may not be listed yet.
    Show(String),
    /// One was closed here.
    Closed(String),
    /// One side only.
    Join,
}

impl Reducible for Shown {
    type Action = Act;

    fn reduce(self: Rc<Self>, act: Act) -> Rc<Self> {
        let mut next = (*self).clone();
        next.act(act);
        Rc::new(next)
    }
}

impl Shown {
    fn act(&mut self, act: Act) {
        match act {
            Act::List(mut ids) => {
                self.closed.retain(|id| ids.contains(id));
                ids.retain(|id| !self.closed.contains(id));
                self.list(ids);
            }
            Act::Choose(id) => self.choose(id),
            Act::Made(id, is_beside) => {
                self.made.push(id.clone());
                if !self.listed.contains(&id) {
                    self.awaited.push(id.clone());
                }
                if is_beside && self.active.is_some() {
                    self.beside = Some(id);
                } else {
                    self.choose(id);
                }
            }
            Act::Show(id) => {
                if !self.listed.contains(&id) {
                    self.awaited.push(id.clone());
                }
                self.closed.retain(|other| *other != id);
                self.choose(id);
            }
            Act::Closed(id) => {
                let mut rest = self.listed.clone();
                self.awaited.retain(|other| *other != id);
                rest.retain(|other| *other != id);
                self.closed.push(id);
                self.list(rest);
            }
            Act::Join => {
                // Taken off the page: what it asked was answered.
                if let Some(id) = self.beside.take() {
                    self.made.retain(|other| *other != id);
                }
            }
        }
    }

    fn choose(&mut self, id: String) {
        if self.beside.as_ref() == Some(&id) {
            return;
        }
        if !self.kept.contains(&id) {
            self.kept.push(id.clone());
        }
        self.order.retain(|other| *other != id);
        self.order.push(id.clone());
        self.active = Some(id);
        while self.order.len() > MOST_KEPT {
            let oldest = self.order.remove(0);
            self.kept.retain(|other| *other != oldest);
            self.made.retain(|other| *other != oldest);
        }
    }

    fn list(&mut self, ids: Vec<String>) {
        self.awaited.retain(|id| !ids.contains(id));
        let is_there = |id: &String| ids.contains(id) || self.awaited.contains(id);
        if self.beside.as_ref().is_some_and(|id| !is_there(id)) {
            self.beside = None;
        }
        for list in [&mut self.kept, &mut self.made, &mut self.order] {
            list.retain(is_there);
        }
        let gone = self.active.take_if(|id| !is_there(id));
        let place = gone.and_then(|id| self.listed.iter().position(|other| *other == id));
        self.listed = ids;
        if self.active.is_none() {
            // The one that took its place, or the last one.
            let others: Vec<_> = self
                .listed
                .iter()
                .filter(|id| self.beside.as_ref() != Some(id))
                .collect();
            let next = others
                .get(place.unwrap_or(0).min(others.len().saturating_sub(1)))
                .map(|id| (*id).clone());
            match next.or_else(|| self.beside.take()) {
                Some(id) => self.choose(id),
                None => self.active = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(ids: &[&str]) -> Shown {
        let mut shown = Shown::default();
        shown.act(list(ids));
        shown
    }

    fn list(ids: &[&str]) -> Act {
        Act::List(ids.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_place_of_one_that_goes_is_taken_by_its_neighbour() {
        let mut shown = shown(&["a", "b", "c"]);
        assert_eq!(shown.active.as_deref(), Some("a"));
        shown.act(Act::Choose("b".into()));
        shown.act(list(&["a", "c"]));
        assert_eq!(shown.active.as_deref(), Some("c"));
        shown.act(list(&["a"]));
        assert_eq!(shown.active.as_deref(), Some("a"));
        shown.act(list(&[]));
        assert_eq!((shown.active, shown.kept), (None, vec![]));
    }

    #[test]
    fn one_that_was_made_waits_for_the_list_and_one_that_was_closed_does_not_come_back() {
        let mut shown = shown(&["a"]);
        shown.act(Act::Made("b".into(), false));
        shown.act(list(&["a"]));
        assert_eq!(shown.active.as_deref(), Some("b"));
        shown.act(list(&["a", "b"]));
        shown.act(Act::Closed("b".into()));
        shown.act(list(&["a", "b"]));
        assert_eq!(
            (shown.active.as_deref(), shown.listed.len()),
            (Some("a"), 1)
        );
    }

    #[test]
    fn one_that_is_to_be_shown_waits_for_the_list_and_comes_back_after_it_was_closed() {
        let mut shown = shown(&["a"]);
        shown.act(Act::Show("task".into()));
        shown.act(list(&["a"]));
        assert_eq!(shown.active.as_deref(), Some("task"));
        shown.act(list(&["a", "task"]));
        shown.act(Act::Closed("task".into()));
        shown.act(list(&["a"]));
        assert_eq!(shown.active.as_deref(), Some("a"));
        shown.act(Act::Show("task".into()));
        shown.act(list(&["a", "task"]));
        assert_eq!(shown.active.as_deref(), Some("task"));
    }

    #[test]
    fn the_one_beside_moves_over_when_the_first_goes() {
        let mut shown = shown(&["a"]);
        shown.act(Act::Made("b".into(), true));
        shown.act(list(&["a", "b"]));
        assert_eq!(shown.beside.as_deref(), Some("b"));
        shown.act(Act::Choose("b".into()));
        assert_eq!(shown.active.as_deref(), Some("a"));
        shown.act(list(&["b"]));
        assert_eq!((shown.active.as_deref(), shown.beside), (Some("b"), None));
    }

    #[test]
    fn no_more_than_some_stay_on_the_page() {
        let ids: Vec<String> = (0..20).map(|number| number.to_string()).collect();
        let mut shown = Shown::default();
        shown.act(Act::List(ids.clone()));
        for id in &ids {
            shown.act(Act::Choose(id.clone()));
        }
        assert_eq!(shown.kept, ids[12..]);
    }
}
