//! Which labels fit what was typed, and how well.

/// How well `label` fits `typed`: its letters in their order, better where they stand together and at the start of words.
/// `None` where it does not fit. The positions are counted in characters.
pub(super) fn fit(label: &str, typed: &str) -> Option<(i32, Vec<usize>)> {
    let letters: Vec<char> = label.chars().collect();
    let lower: Vec<char> = letters.iter().map(|letter| lower(*letter)).collect();
    let wanted: Vec<char> = typed
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(self::lower)
        .collect();
    let mut best: Option<(i32, Vec<usize>)> = None;
    let Some(first) = wanted.first() else {
        return Some((0, Vec::new()));
    };
    // The first letter may stand in several places; the best of them counts.
    for start in (0..lower.len()).filter(|at| lower[*at] == *first).take(16) {
        let Some(places) = places(&lower, &wanted, start) else {
            break;
        };
        let score = score(&letters, &places);
        if best.as_ref().is_none_or(|(other, _)| score > *other) {
            best = Some((score, places));
        }
    }
    best
}

fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

fn places(letters: &[char], wanted: &[char], start: usize) -> Option<Vec<usize>> {
    let mut places = Vec::with_capacity(wanted.len());
    let mut at = start;
    for letter in wanted {
        at += letters
            .get(at..)?
            .iter()
            .position(|other| other == letter)?;
        places.push(at);
        at += 1;
    }
    Some(places)
}

fn score(letters: &[char], places: &[usize]) -> i32 {
    let mut score = 0;
    for (index, place) in places.iter().enumerate() {
        let starts_word = *place == 0 || !letters[place - 1].is_alphanumeric();
        let follows = index > 0 && places[index - 1] + 1 == *place;
        score += 1 + if starts_word { 8 } else { 0 } + if follows { 5 } else { 0 };
    }
    let first = places.first().copied().unwrap_or(0);
    score - first.min(20) as i32 / 2 - letters.len().min(200) as i32 / 20
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'a>(labels: &[&'a str], typed: &str) -> Option<&'a str> {
        let fits = labels
            .iter()
            .filter_map(|label| Some((fit(label, typed)?.0, *label)));
        fits.max_by_key(|(score, _)| *score).map(|(_, label)| label)
    }

    #[test]
    fn starts_of_words_and_runs_are_better() {
        let labels = [
            "Toggle light and dark",
            "New terminal",
            "Reload preview",
            "Split terminal",
        ];
        assert_eq!(best(&labels, "nt"), Some("New terminal"));
        assert_eq!(best(&labels, "split"), Some("Split terminal"));
        assert_eq!(best(&labels, "dark"), Some("Toggle light and dark"));
        assert_eq!(best(&labels, "RP"), Some("Reload preview"));
        assert_eq!(best(&labels, "xyz"), None);
    }

    #[test]
    fn nothing_typed_fits_all_and_order_matters() {
        assert_eq!(fit("anything", "  "), Some((0, Vec::new())));
        assert_eq!(fit("abc", "cb"), None);
        assert_eq!(
            fit("Überschrift", "üs").map(|(_, places)| places),
            Some(vec![0, 4])
        );
    }
}
