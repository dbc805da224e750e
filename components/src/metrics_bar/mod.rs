//! What the sandbox uses.

mod words;

use yew::prelude::*;
use yew_sandbox::client::Metrics;
use yew_sandbox::use_metrics;

pub use words::MetricsBarWords;

use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "metrics-bar",
    structure: "",
    css: include_str!("style.css"),
};

/// One of the meters of a [`MetricsBar`].
#[derive(Clone, Debug, PartialEq)]
pub struct Meter {
    /// What it is of, in the page's words.
    pub name: AttrValue,
    /// How much of it is used: 0 to 1.
    pub share: f64,
    /// The same in words.
    pub text: AttrValue,
}

/// The properties of [`MetricsBar`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct MetricsBarProps {
    /// Draws a meter in place of the one that is built in.
    #[prop_or_default]
    pub meter: Option<Callback<Meter, Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// Processor, memory and disk, live, as meters with words. Nothing stands there before they are known: some sandboxes never
/// tell. Stable class names: `ys-metrics`, `ys-metric`.
#[component]
pub fn MetricsBar(props: &MetricsBarProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.metrics_bar;
    let Some(metrics) = use_metrics() else {
        return Html::default();
    };
    html! {
        <div class={classes!("ys-metrics", props.class.clone())} style={props.style.clone()} role="group" aria-label={words.title.clone()}>
            { for meters(&metrics, words).into_iter().map(|meter| html! {
                <span class="ys-metric">
                    { match &props.meter {
                        Some(draw) => draw.emit(meter),
                        None => built_in(meter),
                    } }
                </span>
            }) }
        </div>
    }
}

fn built_in(meter: Meter) -> Html {
    html! {
        <>
            <span aria-hidden="true">{ meter.name.clone() }</span>
            <meter
                aria-label={meter.name.clone()}
                aria-valuetext={meter.text.clone()}
                min="0" max="1" low="0.7" high="0.9" optimum="0"
                value={format!("{:.3}", meter.share)}
            />
            // Numbers and their units are written from left to right everywhere.
            <bdi class="ys-metric-text" dir="ltr">{ meter.text }</bdi>
        </>
    }
}

fn meters(metrics: &Metrics, words: &MetricsBarWords) -> [Meter; 3] {
    let (cpu, memory, storage) = (&metrics.cpu, &metrics.memory, &metrics.storage);
    let cores = limit(cpu.configured, cpu.cores);
    let (memory_most, storage_most) = (
        limit(memory.configured, memory.total),
        limit(storage.configured, storage.total),
    );
    [
        Meter {
            name: words.cpu.clone(),
            share: share(cpu.used, cores),
            text: (words.percent)(share(cpu.used, cores) * 100.0).into(),
        },
        Meter {
            name: words.memory.clone(),
            share: share(memory.used, memory_most),
            text: (words.amount)(memory.used, memory_most).into(),
        },
        Meter {
            name: words.storage.clone(),
            share: share(storage.used, storage_most),
            text: (words.amount)(storage.used, storage_most).into(),
        },
    ]
}

fn limit(configured: f64, there: f64) -> f64 {
    if configured > 0.0 { configured } else { there }
}

fn share(used: f64, most: f64) -> f64 {
    let share = used / most;
    if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// KiB, in the largest unit that leaves a whole part.
fn size(kib: f64) -> String {
    let (mut value, mut unit) = (kib.max(0.0), "KiB");
    for larger in ["MiB", "GiB", "TiB"] {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = larger;
    }
    if value < 10.0 && unit != "KiB" {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit_for_people() {
        assert_eq!(size(0.0), "0 KiB");
        assert_eq!(size(1023.0), "1023 KiB");
        assert_eq!(size(1536.0), "1.5 MiB");
        assert_eq!(size(24.0 * 1024.0 * 1024.0), "24 GiB");
        assert_eq!(size(f64::NAN), "0 KiB");
    }

    #[test]
    fn shares_are_between_nothing_and_all() {
        assert_eq!(share(1.0, 2.0), 0.5);
        assert_eq!(share(3.0, 2.0), 1.0);
        assert_eq!(share(1.0, 0.0), 0.0);
        assert_eq!(share(f64::NAN, 1.0), 0.0);
    }
}
