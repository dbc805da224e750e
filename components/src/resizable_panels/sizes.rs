//! How space moves between panels: plain numbers, no page.

/// The bounds of one panel, in percent of the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    /// Least size.
    pub(super) min: f64,
    /// Greatest size.
    pub(super) max: f64,
    /// Whether it may be closed, to a size of 0.
    pub(super) collapsible: bool,
}

/// The sizes after the line behind panel `line` was moved by `delta` percent. Space comes from the nearest panel that
/// has some to give, then from the next. The sum stays what it was.
pub(super) fn moved(sizes: &[f64], bounds: &[Bounds], line: usize, delta: f64) -> Vec<f64> {
    if !delta.is_finite() || line + 1 >= sizes.len() || bounds.len() != sizes.len() {
        return sizes.to_vec();
    }
    let mut sizes = sizes.to_vec();
    let before: Vec<usize> = (0..=line).rev().collect();
    let after: Vec<usize> = (line + 1..sizes.len()).collect();
    let (grow, shrink) = if delta > 0.0 {
        (before, after)
    } else {
        (after, before)
    };
    // Only the panel at the line grows; those behind it keep their size.
    let grown = grow[0];
    let room = bounds[grown].max - sizes[grown];
    let mut wanted = delta.abs().min(room.max(0.0));
    if sizes[grown] == 0.0 {
        // It was closed, and opens to what it needs at least, or not at all.
        let spare = shrink
            .iter()
            .map(|index| spare(sizes[*index], bounds[*index]));
        if spare.sum::<f64>() < bounds[grown].min {
            return sizes;
        }
        wanted = wanted.max(bounds[grown].min);
    }
    let mut taken = 0.0;
    for index in shrink {
        let part = spare(sizes[index], bounds[index]).min(wanted);
        sizes[index] -= part;
        taken += part;
        wanted -= part;
    }
    sizes[grown] += taken;
    sizes
}

/// What a panel of that size has to give.
fn spare(size: f64, bounds: Bounds) -> f64 {
    (size - bounds.min).max(0.0)
}

/// The sizes after the panel before `line` was closed, or opened again to `restored` percent.
pub(super) fn toggled(sizes: &[f64], bounds: &[Bounds], line: usize, restored: f64) -> Vec<f64> {
    if line + 1 >= sizes.len() || !bounds[line].collapsible {
        return sizes.to_vec();
    }
    let mut sizes = sizes.to_vec();
    let pair = sizes[line] + sizes[line + 1];
    if sizes[line] > 0.0 {
        sizes[line] = 0.0;
        sizes[line + 1] = pair;
    } else {
        let most = (pair - bounds[line + 1].min).max(0.0);
        sizes[line] = restored.clamp(bounds[line].min.min(most), most);
        sizes[line + 1] = pair - sizes[line];
    }
    sizes
}

/// The sizes after those of the `asked` panels that are closed were opened, each to its `restored` percent.
pub(super) fn opened(
    sizes: &[f64],
    bounds: &[Bounds],
    asked: impl Iterator<Item = usize>,
    restored: &[f64],
) -> Vec<f64> {
    let mut sizes = sizes.to_vec();
    for index in asked {
        if sizes[index] == 0.0 {
            sizes = toggled(&sizes, bounds, index, restored[index]);
        }
    }
    sizes
}

/// Sizes that sum to 100: what is given where it fits, else equal shares of the rest.
pub(super) fn start(given: &[Option<f64>]) -> Vec<f64> {
    let valid = |size: &f64| size.is_finite() && *size >= 0.0;
    let sum: f64 = given.iter().flatten().filter(|size| valid(size)).sum();
    let open = given
        .iter()
        .filter(|size| !size.as_ref().is_some_and(valid))
        .count();
    let share = if open > 0 {
        (100.0 - sum).max(0.0) / open as f64
    } else {
        0.0
    };
    let sizes: Vec<f64> = given
        .iter()
        .map(|size| size.filter(valid).unwrap_or(share))
        .collect();
    let total: f64 = sizes.iter().sum();
    if total <= 0.0 {
        return vec![100.0 / given.len().max(1) as f64; given.len()];
    }
    sizes.iter().map(|size| size * 100.0 / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Bounds = Bounds {
        min: 10.0,
        max: 100.0,
        collapsible: false,
    };

    #[test]
    fn space_moves_from_the_nearest_panel_that_has_some() {
        let bounds = [PLAIN; 3];
        assert_eq!(
            moved(&[50.0, 20.0, 30.0], &bounds, 0, 5.0),
            [55.0, 15.0, 30.0]
        );
        assert_eq!(
            moved(&[50.0, 20.0, 30.0], &bounds, 0, 25.0),
            [75.0, 10.0, 15.0]
        );
        assert_eq!(
            moved(&[50.0, 20.0, 30.0], &bounds, 1, -60.0),
            [10.0, 10.0, 80.0]
        );
        assert_eq!(
            moved(&[50.0, 20.0, 30.0], &bounds, 0, 500.0),
            [80.0, 10.0, 10.0]
        );
    }

    #[test]
    fn a_panel_grows_to_its_greatest_size_only() {
        let bounds = [Bounds { max: 55.0, ..PLAIN }, PLAIN];
        assert_eq!(moved(&[50.0, 50.0], &bounds, 0, 20.0), [55.0, 45.0]);
    }

    #[test]
    fn nonsense_changes_nothing() {
        let bounds = [PLAIN; 2];
        for (line, delta) in [(0, f64::NAN), (0, f64::INFINITY), (1, 5.0), (9, 5.0)] {
            assert_eq!(moved(&[50.0, 50.0], &bounds, line, delta), [50.0, 50.0]);
        }
    }

    #[test]
    fn a_panel_closes_and_opens_again() {
        let bounds = [
            Bounds {
                collapsible: true,
                ..PLAIN
            },
            PLAIN,
        ];
        let closed = toggled(&[30.0, 70.0], &bounds, 0, 30.0);
        assert_eq!(closed, [0.0, 100.0]);
        assert_eq!(toggled(&closed, &bounds, 0, 30.0), [30.0, 70.0]);
        assert_eq!(toggled(&closed, &bounds, 0, 99.0), [90.0, 10.0]);
        assert_eq!(toggled(&[30.0, 70.0], &[PLAIN; 2], 0, 30.0), [30.0, 70.0]);
        let asked = || [0, 1].into_iter();
        assert_eq!(
            opened(&closed, &bounds, asked(), &[30.0, 25.0]),
            [30.0, 70.0]
        );
        assert_eq!(
            opened(&[40.0, 60.0], &bounds, asked(), &[30.0, 25.0]),
            [40.0, 60.0]
        );
    }

    /// It opened to a sliver that nothing could make smaller again.
    #[test]
    fn a_closed_panel_that_is_moved_opens_to_its_least_size() {
        let bounds = [
            Bounds {
                collapsible: true,
                ..PLAIN
            },
            PLAIN,
        ];
        assert_eq!(moved(&[0.0, 100.0], &bounds, 0, 2.0), [10.0, 90.0]);
        assert_eq!(moved(&[0.0, 100.0], &bounds, 0, 30.0), [30.0, 70.0]);
        assert_eq!(moved(&[0.0, 100.0], &bounds, 0, -2.0), [0.0, 100.0]);
        let tight = [bounds[0], Bounds { min: 95.0, ..PLAIN }];
        assert_eq!(moved(&[0.0, 100.0], &tight, 0, 2.0), [0.0, 100.0]);
    }

    #[test]
    fn sizes_sum_to_the_whole() {
        assert_eq!(start(&[Some(20.0), None, None]), [20.0, 40.0, 40.0]);
        assert_eq!(start(&[Some(100.0), Some(100.0)]), [50.0, 50.0]);
        assert_eq!(start(&[Some(f64::NAN), Some(-3.0)]), [50.0, 50.0]);
        assert_eq!(start(&[Some(0.0), Some(0.0)]), [50.0, 50.0]);
        assert!(start(&[]).is_empty());
    }
}
