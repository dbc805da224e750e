//! Fields in which something gets another name.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The reference of a field that appears with a name in it and takes the focus. Of the name so many bytes are chosen, from its beginning.
///
/// The name is given once: as an attribute it would take the place of what is typed with each rendering.
#[hook]
pub(crate) fn use_name_field(name: &str, chosen: usize) -> NodeRef {
    let field = use_node_ref();
    let (shown, name) = (field.clone(), name.to_owned());
    use_effect_with((), move |()| {
        if let Some(field) = shown.cast::<HtmlInputElement>() {
            field.set_value(&name);
            // A field that takes no focus is left as it is.
            drop(field.focus());
            let end = name[..chosen].encode_utf16().count();
            drop(field.set_selection_range(0, u32::try_from(end).unwrap_or(u32::MAX)));
        }
    });
    field
}
