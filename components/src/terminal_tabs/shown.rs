//! Which terminals are shown where.

use std::rc::Rc;

use yew::prelude::*;

/// Most terminals that stay on the page while others are shown.
const MOST_KEPT: usize = 8;
/// Most panes at once.
pub(super) const MOST_PANES: usize = 4;

/// A part of the room, with one terminal to be seen in it. Names are ids of shells.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pane {
    /// No other pane has it, ever.
    pub(super) number: u32,
    /// The one that is seen.
    pub(super) shown: String,
    /// Those that were seen here and stay on the page, in a constant order; the shown one is among them.
    pub(super) kept: Vec<String>,
}

/// Where a new one is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// In the pane that is chosen.
    Here,
    /// In a new pane beside it.
    Beside,
    /// In a new pane below it.
    Below,
}

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shown {
    /// All that there are, as they are listed.
    pub(super) listed: Vec<String>,
    /// Columns side by side, each with panes one below the other. None is empty.
    pub(super) columns: Vec<Vec<Pane>>,
    /// Those that were made here: all that they asked for was asked now.
    pub(super) made: Vec<String>,
    /// The number of the pane that is chosen.
    chosen: u32,
    /// The newest number of a pane.
    newest: u32,
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
    /// One was made here.
    Made(String, Side),
    /// One is to be shown, though it may not be listed yet.
    Show(String),
    /// One was closed here.
    Closed(String),
    /// The focus is in this pane.
    Enter(u32),
    /// The chosen pane is to go; what is in it goes on.
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
    pub(super) fn panes(&self) -> impl Iterator<Item = &Pane> {
        self.columns.iter().flatten()
    }

    /// The pane that is chosen.
    pub(super) fn pane(&self) -> Option<&Pane> {
        self.panes().find(|pane| pane.number == self.chosen)
    }

    /// The terminal that is chosen.
    pub(super) fn active(&self) -> Option<&String> {
        self.pane().map(|pane| &pane.shown)
    }

    /// The pane that a terminal is seen in.
    pub(super) fn pane_of(&self, id: &str) -> Option<&Pane> {
        self.panes().find(|pane| pane.shown == id)
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::List(mut ids) => {
                self.closed.retain(|id| ids.contains(id));
                ids.retain(|id| !self.closed.contains(id));
                self.list(ids);
            }
            Act::Choose(id) => self.choose(id),
            Act::Made(id, side) => {
                if !self.listed.contains(&id) {
                    self.awaited.push(id.clone());
                }
                self.split(id.clone(), side);
                self.made.push(id);
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
            Act::Enter(number) => {
                if self.panes().any(|pane| pane.number == number) {
                    self.chosen = number;
                }
            }
            Act::Join => {
                if self.panes().count() > 1 {
                    let chosen = self.chosen;
                    self.remove(|pane| pane.number == chosen);
                }
            }
        }
    }

    /// Shows one in the pane where it is seen already, or in the chosen one.
    fn choose(&mut self, id: String) {
        self.order.retain(|other| *other != id);
        self.order.push(id.clone());
        if let Some(pane) = self.pane_of(&id) {
            self.chosen = pane.number;
            return;
        }
        let mut is_shown = false;
        for pane in self.columns.iter_mut().flatten() {
            if pane.number != self.chosen {
                pane.kept.retain(|other| *other != id);
                continue;
            }
            if !pane.kept.contains(&id) {
                pane.kept.push(id.clone());
            }
            pane.shown.clone_from(&id);
            is_shown = true;
        }
        if !is_shown {
            let pane = self.new_pane(id);
            self.columns.push(vec![pane]);
        }
        self.forget();
    }

    /// Shows one in a new pane, where there is room for one.
    fn split(&mut self, id: String, side: Side) {
        let chosen = self.chosen;
        let is_chosen = |pane: &Pane| pane.number == chosen;
        let at = self.columns.iter().enumerate().find_map(|(column, panes)| {
            let row = panes.iter().position(is_chosen)?;
            Some((column, row))
        });
        let Some((column, row)) =
            at.filter(|_| side != Side::Here && self.panes().count() < MOST_PANES)
        else {
            return self.choose(id);
        };
        // Others may be put elsewhere on the page: what they asked was answered.
        self.made.clear();
        let pane = self.new_pane(id.clone());
        if side == Side::Beside {
            self.columns.insert(column + 1, vec![pane]);
        } else {
            self.columns[column].insert(row + 1, pane);
        }
        self.order.push(id);
        self.forget();
    }

    /// A pane that becomes the chosen one.
    fn new_pane(&mut self, id: String) -> Pane {
        self.newest = self.newest.wrapping_add(1);
        self.chosen = self.newest;
        Pane {
            number: self.newest,
            shown: id.clone(),
            kept: vec![id],
        }
    }

    /// Takes panes off the page. Where the chosen one goes, its neighbour is chosen.
    fn remove(&mut self, is_gone: impl Fn(&Pane) -> bool) {
        if !self.panes().any(&is_gone) {
            return;
        }
        let place = self.panes().position(|pane| pane.number == self.chosen);
        for column in &mut self.columns {
            column.retain(|pane| !is_gone(pane));
        }
        self.columns.retain(|column| !column.is_empty());
        // Others may be put elsewhere on the page: what they asked was answered.
        self.made.clear();
        let kept: Vec<&String> = self.panes().flat_map(|pane| &pane.kept).collect();
        let order = self.order.iter().filter(|id| kept.contains(id));
        self.order = order.cloned().collect();
        if self.pane().is_none() {
            let last = self.panes().count().saturating_sub(1);
            let next = self.panes().nth(place.unwrap_or(0).min(last));
            self.chosen = next.map_or(0, |pane| pane.number);
        }
    }

    /// Takes those off the page that were not chosen for longest.
    fn forget(&mut self) {
        while self.order.len() > MOST_KEPT {
            let oldest = self.order.iter().position(|id| self.pane_of(id).is_none());
            let Some(oldest) = oldest.map(|place| self.order.remove(place)) else {
                return;
            };
            for pane in self.columns.iter_mut().flatten() {
                pane.kept.retain(|other| *other != oldest);
            }
            self.made.retain(|other| *other != oldest);
        }
    }

    fn list(&mut self, ids: Vec<String>) {
        self.awaited.retain(|id| !ids.contains(id));
        let awaited = self.awaited.clone();
        let is_there = |id: &String| ids.contains(id) || awaited.contains(id);
        let gone = self.active().filter(|id| !is_there(id));
        let place = gone.and_then(|id| self.listed.iter().position(|other| other == id));
        self.listed.clone_from(&ids);
        for list in [&mut self.made, &mut self.order] {
            list.retain(is_there);
        }
        for pane in self.columns.iter_mut().flatten() {
            let shown = &pane.shown;
            pane.kept.retain(|id| is_there(id) || id == shown);
        }
        if self.panes().any(|pane| is_there(&pane.shown)) {
            self.remove(|pane| !is_there(&pane.shown));
            return;
        }
        // The one that took its place, or the last one; the pane stays, with all that is kept in it.
        let chosen = self.chosen;
        self.remove(|pane| pane.number != chosen);
        match ids.get(place.unwrap_or(0).min(ids.len().saturating_sub(1))) {
            Some(next) => self.choose(next.clone()),
            None => self.columns.clear(),
        }
        for pane in self.columns.iter_mut().flatten() {
            pane.kept.retain(is_there);
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

    fn active(shown: &Shown) -> Option<&str> {
        shown.active().map(String::as_str)
    }

    /// The columns, each as the terminals that are seen in it.
    fn columns(shown: &Shown) -> Vec<Vec<&str>> {
        let columns = shown.columns.iter();
        columns
            .map(|column| column.iter().map(|pane| pane.shown.as_str()).collect())
            .collect()
    }

    #[test]
    fn the_place_of_one_that_goes_is_taken_by_its_neighbour() {
        let mut shown = shown(&["a", "b", "c"]);
        assert_eq!(active(&shown), Some("a"));
        shown.act(Act::Choose("b".into()));
        let number = shown.chosen;
        shown.act(list(&["a", "c"]));
        assert_eq!(active(&shown), Some("c"));
        assert_eq!(shown.chosen, number, "what is kept in the pane stays");
        assert_eq!(shown.pane().unwrap().kept, ["a", "c"]);
        shown.act(list(&["a"]));
        assert_eq!(active(&shown), Some("a"));
        shown.act(list(&[]));
        assert_eq!((active(&shown), columns(&shown)), (None, vec![]));
        shown.act(list(&["d"]));
        assert_eq!(active(&shown), Some("d"));
    }

    #[test]
    fn one_that_was_made_waits_for_the_list_and_one_that_was_closed_does_not_come_back() {
        let mut shown = shown(&["a"]);
        shown.act(Act::Made("b".into(), Side::Here));
        shown.act(list(&["a"]));
        assert_eq!(active(&shown), Some("b"));
        shown.act(list(&["a", "b"]));
        shown.act(Act::Closed("b".into()));
        shown.act(list(&["a", "b"]));
        assert_eq!((active(&shown), shown.listed.len()), (Some("a"), 1));
    }

    #[test]
    fn one_that_is_to_be_shown_waits_for_the_list_and_comes_back_after_it_was_closed() {
        let mut shown = shown(&["a"]);
        shown.act(Act::Show("task".into()));
        shown.act(list(&["a"]));
        assert_eq!(active(&shown), Some("task"));
        shown.act(list(&["a", "task"]));
        shown.act(Act::Closed("task".into()));
        shown.act(list(&["a"]));
        assert_eq!(active(&shown), Some("a"));
        shown.act(Act::Show("task".into()));
        shown.act(list(&["a", "task"]));
        assert_eq!(active(&shown), Some("task"));
    }

    #[test]
    fn panes_lie_beside_and_below_each_other_and_are_closed() {
        let mut shown = shown(&["a", "x"]);
        shown.act(Act::Made("b".into(), Side::Beside));
        shown.act(Act::Choose("a".into()));
        shown.act(Act::Made("c".into(), Side::Below));
        shown.act(Act::Made("d".into(), Side::Beside));
        shown.act(list(&["a", "x", "b", "c", "d"]));
        assert_eq!(columns(&shown), [vec!["a", "c"], vec!["d"], vec!["b"]]);
        assert_eq!(active(&shown), Some("d"));
        // There is no room for more; it takes the place of the chosen one.
        shown.act(Act::Made("e".into(), Side::Below));
        assert_eq!(columns(&shown), [vec!["a", "c"], vec!["e"], vec!["b"]]);
        // One that is seen is gone to, another one is shown where the choice is.
        shown.act(Act::Choose("c".into()));
        shown.act(Act::Choose("x".into()));
        assert_eq!(columns(&shown), [vec!["a", "x"], vec!["e"], vec!["b"]]);
        shown.act(Act::Join);
        assert_eq!(columns(&shown), [vec!["a"], vec!["e"], vec!["b"]]);
        assert_eq!(active(&shown), Some("e"));
        // One that is closed takes its pane along while there are others.
        shown.act(Act::Closed("e".into()));
        assert_eq!(columns(&shown), [["a"], ["b"]]);
        assert_eq!(active(&shown), Some("b"));
        shown.act(Act::Enter(shown.columns[0][0].number));
        assert_eq!(active(&shown), Some("a"));
        shown.act(list(&["b", "x"]));
        assert_eq!(
            (columns(&shown), active(&shown)),
            (vec![vec!["b"]], Some("b"))
        );
        shown.act(Act::Join);
        assert_eq!(columns(&shown), [["b"]], "the last one stays");
    }

    #[test]
    fn one_is_kept_in_one_pane_only() {
        let mut shown = shown(&["a", "b"]);
        shown.act(Act::Choose("b".into()));
        shown.act(Act::Made("c".into(), Side::Beside));
        shown.act(Act::Choose("a".into()));
        let kept: Vec<_> = shown.panes().map(|pane| pane.kept.clone()).collect();
        assert_eq!(kept, [vec!["b"], vec!["c", "a"]]);
    }

    #[test]
    fn no_more_than_some_stay_on_the_page() {
        let ids: Vec<String> = (0..20).map(|number| number.to_string()).collect();
        let mut shown = Shown::default();
        shown.act(Act::List(ids.clone()));
        for id in &ids {
            shown.act(Act::Choose(id.clone()));
        }
        assert_eq!(shown.pane().unwrap().kept, ids[12..]);
    }
}
