//! `Icon` and `IconButton`, and the classes of buttons and fields.

use yew::prelude::*;
use yew_sandbox_components::{Icon, IconButton, IconName};

use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "Icon",
    path: "icon",
    stories: &[
        Story::new("all", ".ys-icon", all),
        Story::new("buttons", ".ys-icon-button", buttons),
        Story::new("fields", ".ys-field", fields),
        Story::mirrored(".ys-icon", all),
    ],
};

fn all() -> Html {
    html! {
        <ul class="story-icons">
            { for IconName::ALL.iter().map(|name| html! {
                <li><Icon name={*name} /><span>{ format!("{name:?}") }</span></li>
            }) }
        </ul>
    }
}

fn buttons() -> Html {
    html! {
        <div class="story-row">
            <IconButton icon={IconName::Play} label="Run" />
            <IconButton icon={IconName::Stop} label="Stop" disabled=true />
            <IconButton icon={IconName::Phone} label="As a phone" pressed={Some(true)} />
            <IconButton icon={IconName::Desktop} label="As a desktop" pressed={Some(false)} />
            <button type="button" class="ys-button">{ "Usual" }</button>
            <button type="button" class="ys-button" data-kind="primary">{ "Primary" }</button>
            <button type="button" class="ys-button" data-kind="danger">{ "Danger" }</button>
            <button type="button" class="ys-button" disabled=true>{ "Not now" }</button>
        </div>
    }
}

fn fields() -> Html {
    html! {
        <div class="story-row">
            <input class="ys-field" aria-label="Empty" placeholder="A name" />
            <input class="ys-field" aria-label="Filled" value="notes.md" />
            <select class="ys-field" aria-label="Choice"><option>{ "First" }</option><option>{ "Second" }</option></select>
        </div>
    }
}
