//! The pages of the guide and the README, one module each, so that the tests compile the examples in them. `book.toml` makes a
//! book of the same pages.

macro_rules! pages {
    ($($name:ident: $file:literal,)+) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!($file)]
            mod $name {}
        )+
    };
}

pages! {
    readme: "../README.md",
    introduction: "src/introduction.md",
    start: "src/start.md",
    sessions: "src/sessions.md",
    connection: "src/connection.md",
    files: "src/files.md",
    running: "src/running.md",
    previews: "src/previews.md",
    together: "src/together.md",
    components: "src/components.md",
    size: "src/size.md",
    speed: "src/speed.md",
    theming: "src/theming.md",
    accessibility: "src/accessibility.md",
    testing: "src/testing.md",
    server_rendering: "src/server-rendering.md",
    self_hosting: "src/self-hosting.md",
    operations: "src/operations.md",
    management: "src/management.md",
    limits: "src/limits.md",
    cloud: "src/cloud.md",
    security: "src/security.md",
    resume: "src/resume.md",
    parts: "src/parts.md",
    threats: "src/threats.md",
    from_javascript_sdk: "src/from-javascript-sdk.md",
    from_sandpack: "src/from-sandpack.md",
}
