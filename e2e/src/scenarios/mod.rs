//! The scenarios. Each has a server, a proxy and a page of its own, and a name that says what it shows.

mod agent_page;
mod cloud;
mod command_line;
mod commands;
mod course;
mod files;
mod gallery;
mod hot_update;
mod intent;
mod link;
mod namespaces;
mod own_login;
mod playground;
mod preview_messages;
mod previews;
mod refusals;
mod rendered;
mod sleep;
mod startup;
mod tabs;

use std::pin::Pin;

use anyhow::Result;

use crate::arguments::Kind;
use crate::server::ServerSettings;
use crate::stage::Stage;

type Play = for<'a> fn(&'a mut Stage<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// One scenario.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) settings: ServerSettings,
    pub(crate) play: Play,
}

const fn on_default(name: &'static str, play: Play) -> Scenario {
    on(ServerSettings::DEFAULT, name, play)
}

const fn on(settings: ServerSettings, name: &'static str, play: Play) -> Scenario {
    Scenario {
        name,
        settings,
        play,
    }
}

/// All scenarios of a browser, in the order in which a failure shows soonest.
pub(crate) fn all(browser: Kind) -> impl Iterator<Item = &'static Scenario> {
    // Those of the gallery ask Chromium's own protocol for sizes and settings.
    let gallery = match browser {
        Kind::Chromium => gallery::ALL,
        Kind::Firefox | Kind::WebKit => &[],
    };
    OF_EXAMPLES.iter().chain(playground::ALL).chain(gallery)
}

/// Those of the examples' pages.
const OF_EXAMPLES: &[Scenario] = &[
    on_default("start_up_shows_a_progress_bar_until_ready", |stage| {
        Box::pin(startup::progress_until_ready(stage))
    }),
    on(
        startup::WITH_A_STEP,
        "start_up_shows_the_steps_of_the_sandbox",
        |stage| Box::pin(startup::steps_of_the_sandbox(stage)),
    ),
    on_default("controls_have_their_roles_and_names", |stage| {
        Box::pin(startup::roles_and_names(stage))
    }),
    on_default("a_file_is_written_and_read_back", |stage| {
        Box::pin(files::write_and_read(stage))
    }),
    on_default("content_is_shown_as_text_and_nothing_else", |stage| {
        Box::pin(files::content_is_text(stage))
    }),
    on_default("every_namespace_works_in_a_page", |stage| {
        Box::pin(namespaces::each(stage))
    }),
    on_default("an_agent_edits_and_tests_before_your_eyes", |stage| {
        Box::pin(agent_page::edits_and_tests(stage))
    }),
    on_default("a_course_starts_sandboxes_as_lessons_are_seen", |stage| {
        Box::pin(course::lessons_are_seen(stage))
    }),
    on_default("sandboxes_belong_to_who_is_signed_in", |stage| {
        Box::pin(own_login::whose_sandbox(stage))
    }),
    on_default("the_same_page_runs_on_the_cloud", |stage| {
        Box::pin(cloud::same_page(stage))
    }),
    on_default("a_program_goes_back_to_its_sandbox", |stage| {
        Box::pin(command_line::there_and_back(stage))
    }),
    on_default("a_page_takes_over_what_a_server_rendered", |stage| {
        Box::pin(rendered::taken_over(stage))
    }),
    on(
        previews::WITH_A_SITE,
        "a_preview_is_shown_and_moved",
        |stage| Box::pin(previews::shown_and_moved(stage)),
    ),
    on(
        previews::WITH_A_SITE,
        "a_hostile_page_cannot_speak_for_a_preview",
        |stage| Box::pin(previews::hostile(stage)),
    ),
    on(
        preview_messages::SITE,
        "a_preview_has_a_history_of_its_own",
        |stage| Box::pin(previews::own_history(stage)),
    ),
    on(
        preview_messages::SITE,
        "messages_go_between_a_page_and_its_preview",
        |stage| Box::pin(preview_messages::both_ways(stage)),
    ),
    on(
        preview_messages::SITE,
        "forged_messages_of_a_preview_are_ignored",
        |stage| Box::pin(preview_messages::forged(stage)),
    ),
    on(
        hot_update::VITE,
        "vite_updates_a_preview_without_loading_it_again",
        |stage| Box::pin(hot_update::by_vite(stage)),
    ),
    on_default(
        "paths_that_cannot_be_used_are_told_with_the_reason",
        |stage| Box::pin(files::unusable_paths(stage)),
    ),
    on_default("a_command_runs_and_its_output_is_logged", |stage| {
        Box::pin(commands::run(stage))
    }),
    on_default("the_output_of_a_command_outlives_a_cut_link", |stage| {
        Box::pin(commands::output_over_a_cut(stage))
    }),
    on_default("a_reload_resumes_the_same_sandbox", |stage| {
        Box::pin(tabs::reload(stage))
    }),
    on_default("two_tabs_see_the_same_file", |stage| {
        Box::pin(tabs::two_tabs(stage))
    }),
    on_default("a_cut_link_comes_back_by_itself", |stage| {
        Box::pin(link::cut_and_mended(stage))
    }),
    on_default("short_cuts_in_a_row_are_survived", |stage| {
        Box::pin(link::short_cuts(stage))
    }),
    on_default("what_is_asked_during_an_outage_is_done_after_it", |stage| {
        Box::pin(link::asked_during_an_outage(stage))
    }),
    on_default("a_silent_link_is_found", |stage| {
        Box::pin(link::silent_both_ways(stage))
    }),
    on_default("a_link_that_is_silent_upwards_is_found", |stage| {
        Box::pin(link::silent_upwards(stage))
    }),
    on_default("a_restarted_server_is_found_again", |stage| {
        Box::pin(link::server_restarted(stage))
    }),
    on_default("a_hidden_tab_reconnects_at_once_when_shown", |stage| {
        Box::pin(tabs::hidden_and_shown(stage))
    }),
    on_default("the_browser_going_online_reconnects_at_once", |stage| {
        Box::pin(link::offline_and_online(stage))
    }),
    on(sleep::SOON, "a_sleeping_sandbox_wakes_by_focus", |stage| {
        Box::pin(sleep::wakes_by_focus(stage))
    }),
    on(
        sleep::SOON,
        "a_sleeping_sandbox_wakes_by_the_button",
        |stage| Box::pin(sleep::wakes_by_button(stage)),
    ),
    on(sleep::SOON, "a_sleeping_sandbox_wakes_by_a_read", |stage| {
        Box::pin(sleep::wakes_by_read(stage))
    }),
    on_default("a_disconnect_holds_until_the_user_reconnects", |stage| {
        Box::pin(intent::disconnect_holds(stage))
    }),
    on_default("a_disconnect_during_an_outage_holds", |stage| {
        Box::pin(intent::disconnect_during_an_outage(stage))
    }),
    on_default("a_wrong_token_is_replaced", |stage| {
        Box::pin(refusals::wrong_token(stage))
    }),
    on_default("a_refused_session_fails_with_the_reason", |stage| {
        Box::pin(refusals::unauthorized(stage))
    }),
    on_default("a_sandbox_that_is_gone_fails_with_the_reason", |stage| {
        Box::pin(refusals::gone(stage))
    }),
    on_default("the_sandbox_of_another_user_is_as_good_as_gone", |stage| {
        Box::pin(refusals::of_another_user(stage))
    }),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique() {
        let all = || all(Kind::Chromium);
        let names: HashSet<_> = all().map(|scenario| scenario.name).collect();
        assert_eq!(names.len(), all().count());
    }
}
