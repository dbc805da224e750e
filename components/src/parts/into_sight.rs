//! Items of a list that scrolls sideways.

use web_sys::Element;

use super::virtual_rows::hidden_by;

/// Scrolls a list sideways as little as brings the item that `selector` finds in it into sight. Unlike the browser's own way, it moves
/// nothing around the list.
pub(crate) fn into_sight(list: &Element, selector: &str) {
    let Ok(Some(item)) = list.query_selector(selector) else {
        return;
    };
    let (list_place, place) = (
        list.get_bounding_client_rect(),
        item.get_bounding_client_rect(),
    );
    let at = place.left() - list_place.left();
    let by = hidden_by(at, place.width(), list_place.width());
    if by != 0.0 {
        list.set_scroll_left(list.scroll_left() + by.round() as i32);
    }
}
