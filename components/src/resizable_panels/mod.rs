//! Panels side by side, with lines between them that can be moved.

mod separator;
mod sizes;
mod words;

use yew::prelude::*;

pub use words::ResizablePanelsWords;

use self::separator::Separator;
use self::sizes::{Bounds, moved, opened, start, toggled};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "resizable-panels",
    structure: include_str!("structure.css"),
    css: include_str!("style.css"),
};

/// How panels lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Axis {
    /// One beside the other.
    #[default]
    Row,
    /// One below the other.
    Column,
}

impl Axis {
    fn name(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Column => "column",
        }
    }
}

/// The properties of [`ResizablePanel`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ResizablePanelProps {
    /// What it is, for the name of the line behind it.
    pub label: AttrValue,

    /// The size at first, in percent of the whole. Default: an equal share of what the others leave.
    #[prop_or_default]
    pub size: Option<f64>,

    /// The least size, in percent. Default: 5.
    #[prop_or(5.0)]
    pub min: f64,

    /// The greatest size, in percent. Default: 100.
    #[prop_or(100.0)]
    pub max: f64,

    /// Whether Enter on its line, or a double click, closes and opens it. Default: no.
    #[prop_or_default]
    pub collapsible: bool,

    /// How often the page asked for what is in it: with another number than before it opens, if it is closed. Default: 0.
    #[prop_or_default]
    pub wishes: u32,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of its element, beside its size.
    #[prop_or_default]
    pub style: Option<AttrValue>,

    /// What is in it.
    #[prop_or_default]
    pub children: Html,
}

/// One of the [`ResizablePanels`]. Stable class name: `ys-resizable-panel`.
#[component]
pub fn ResizablePanel(props: &ResizablePanelProps) -> Html {
    props.children.clone()
}

/// The properties of [`ResizablePanels`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ResizablePanelsProps {
    /// How they lie. Default: side by side.
    #[prop_or_default]
    pub axis: Axis,

    /// The sizes in percent, where the parent keeps them. Default: kept here.
    #[prop_or_default]
    pub sizes: Option<Vec<f64>>,

    /// The place of a panel, from 0, that has all the room for now; the others and the lines stay unseen, with all that is in them and
    /// their sizes. Default: all are seen.
    #[prop_or_default]
    pub only: Option<usize>,

    /// Told of new sizes, in percent.
    #[prop_or_default]
    pub on_resize: Callback<Vec<f64>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,

    /// The panels.
    pub children: ChildrenWithProps<ResizablePanel>,
}

/// Panels whose sizes can be changed by mouse, touch and keyboard.
///
/// Each line is a focusable `separator` with its value. Arrows move it by 2 percent, with Shift by 10; Home and End move
/// it as far as it goes; Enter and a double click close and open a panel that can be closed. Stable class names:
/// `ys-resizable-panels` with `data-axis`, `ys-resizable-panel`, `ys-resizable-line`.
#[component]
pub fn ResizablePanels(props: &ResizablePanelsProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let container = use_node_ref();
    let panels: Vec<_> = props.children.iter().collect();
    let given: Vec<Option<f64>> = panels.iter().map(|panel| panel.props.size).collect();
    let update = use_force_update();
    // Not a state: a handler that runs before the next render has to see what the one before it did.
    let newest = use_mut_ref(Vec::new);
    if let Some(sizes) = &props.sizes {
        newest.borrow_mut().clone_from(sizes);
    }
    if newest.borrow().len() != panels.len() {
        newest.replace(start(&given));
    }
    let restored = use_mut_ref(Vec::<f64>::new);
    restored.borrow_mut().resize(panels.len(), 25.0);

    let bounds: Vec<Bounds> = panels
        .iter()
        .map(|panel| Bounds {
            min: panel.props.min.max(0.0),
            max: panel.props.max.max(panel.props.min),
            collapsible: panel.props.collapsible,
        })
        .collect();
    let set = {
        let (newest, on_resize) = (newest.clone(), props.on_resize.clone());
        move |sizes: Vec<f64>| {
            newest.borrow_mut().clone_from(&sizes);
            update.force_update();
            on_resize.emit(sizes);
        }
    };

    // What is asked for is open in this very render: whoever asked may give it the focus next.
    let wishes: Vec<u32> = panels.iter().map(|panel| panel.props.wishes).collect();
    let heard = use_mut_ref(|| wishes.clone());
    let before = heard.replace(wishes.clone());
    let asked = (0..wishes.len()).filter(|index| {
        let before = before.get(*index);
        before.is_some_and(|before| *before != wishes[*index])
    });
    let sizes = opened(&newest.borrow(), &bounds, asked, &restored.borrow());
    let has_opened = sizes != *newest.borrow();
    newest.borrow_mut().clone_from(&sizes);
    {
        let (sizes, on_resize) = (sizes.clone(), props.on_resize.clone());
        use_effect(move || {
            if has_opened {
                on_resize.emit(sizes);
            }
        });
    }

    let mut drawn = Vec::new();
    for (index, panel) in panels.iter().enumerate() {
        let size = sizes[index];
        let is_alone = props.only == Some(index);
        let share = if is_alone { 100.0 } else { size };
        let style = match &panel.props.style {
            Some(own) => format!("flex: {share:.3} 1 0; {own}"),
            None => format!("flex: {share:.3} 1 0"),
        };
        drawn.push(html! {
            <div
                key={format!("panel-{index}")}
                class={classes!("ys-resizable-panel", panel.props.class.clone())}
                style={style}
                data-collapsed={(share == 0.0).then_some("")}
                inert={share == 0.0}
                hidden={props.only.is_some() && !is_alone}
            >
                { panel.props.children.clone() }
            </div>
        });
        if index + 1 < panels.len() {
            let on_move = Callback::from({
                let (set, newest, bounds) = (set.clone(), newest.clone(), bounds.clone());
                move |delta| {
                    let next = moved(&newest.borrow(), &bounds, index, delta);
                    set(next);
                }
            });
            let on_toggle = Callback::from({
                let (set, newest, bounds) = (set.clone(), newest.clone(), bounds.clone());
                let restored = restored.clone();
                move |()| {
                    let now = newest.borrow().clone();
                    if now[index] > 0.0 {
                        restored.borrow_mut()[index] = now[index];
                    }
                    let back = restored.borrow()[index];
                    set(toggled(&now, &bounds, index, back));
                }
            });
            drawn.push(html! {
                <Separator
                    key={format!("line-{index}")}
                    axis={props.axis}
                    label={(ui.words.resizable_panels.line)(&panel.props.label)}
                    value={size}
                    min={bounds[index].min}
                    max={bounds[index].max}
                    container={container.clone()}
                    is_hidden={props.only.is_some()}
                    {on_move}
                    on_toggle={bounds[index].collapsible.then_some(on_toggle)}
                />
            });
        }
    }
    html! {
        <div
            ref={container}
            class={classes!("ys-resizable-panels", props.class.clone())}
            style={props.style.clone()}
            data-axis={props.axis.name()}
        >
            { for drawn }
        </div>
    }
}
