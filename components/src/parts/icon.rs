//! Icons, drawn on a grid of 16 by 16.

use yew::prelude::*;

macro_rules! icons {
    ($($(#[$meta:meta])* $name:ident = $path:literal $(, $turns:ident)?;)+) => {
        /// The icons that there are.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum IconName {
            $($(#[$meta])* $name,)+
        }

        impl IconName {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The lines, as an SVG path.
            fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)+
                }
            }

            /// Whether it points somewhere, and turns where the language is written from right to left.
            fn turns(self) -> bool {
                match self {
                    $($(Self::$name => stringify!($turns) == "turns",)?)+
                    _ => false,
                }
            }
        }
    };
}

icons! {
    /// Back.
    ArrowLeft = "M13 8H3m4-4L3 8l4 4", turns;
    /// Forward.
    ArrowRight = "M3 8h10M9 4l4 4-4 4", turns;
    /// A git branch.
    Branch = "M5 4.5v7M11 6v0c0 3-6 2-6 5M5 3a1.5 1.5 0 1 1 0 .01M5 13a1.5 1.5 0 1 1 0 .01M11 4.5a1.5 1.5 0 1 1 0 .01";
    /// Done.
    Check = "M3 8.5l3.5 3.5L13 4.5";
    /// Open.
    ChevronDown = "M4 6l4 4 4-4";
    /// Closed.
    ChevronRight = "M6 4l4 4-4 4", turns;
    /// Close.
    Close = "M4 4l8 8M12 4l-8 8";
    /// Close all folders.
    Collapse = "M3 5h10M3 8h6M3 11h4M11 13l2-2-2-2", turns;
    /// The command palette.
    Command = "M3 4l4 4-4 4M8 12h5", turns;
    /// Copy.
    Copy = "M6 6h7v7H6zM4 10H3V3h7v1";
    /// A wide screen.
    Desktop = "M2 3h12v8H2zM6 14h4M8 11v3";
    /// A mark.
    Dot = "M8 7a1 1 0 1 1 0 2 1 1 0 1 1 0-2";
    /// Fetch.
    Download = "M8 2v8M5 7l3 3 3-3M3 13h10";
    /// Change.
    Edit = "M11 3l2 2-7 7-3 1 1-3z";
    /// Failed.
    Error = "M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 2M8 5v3.5M8 11v.01";
    /// In a new tab.
    External = "M9 3h4v4M13 3L7 9M11 9v4H3V5h4", turns;
    /// A file.
    File = "M4 2h5l3 3v9H4zM9 2v3h3";
    /// A file with other files in it.
    FileArchive = "M3 2h10v12H3zM8 2v1.5M8 5v1.5M8 8v1M6.5 9.5h3v2.5h-3z";
    /// A file that is no text.
    FileBinary = "M4.5 3h1.5a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4.5a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1M9.5 4.5L11.5 3v10M9.5 13h4";
    /// A file with code.
    FileCode = "M5.5 4L2 8l3.5 4M10.5 4L14 8l-3.5 4";
    /// A file with data or settings.
    FileData = "M6 2.5C3.5 2.5 5.5 7 3 8c2.5 1 .5 5.5 3 5.5M10 2.5c2.5 0 .5 4.5 3 5.5-2.5 1-.5 5.5-3 5.5M8 6v.01M8 10v.01";
    /// A file with JavaScript or TypeScript.
    FileJavaScript = "M2 2h12v12H2zM7 7v4a1.3 1.3 0 0 1-2.6 0M12 7.7C11.3 6.5 9.3 6.8 9.3 8c0 1.5 2.7 1 2.7 2.7 0 1.4-2.2 1.6-2.9.3";
    /// A file that a program locks.
    FileLock = "M3.5 7.5h9V14h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5M8 10v1.5";
    /// A file with Markdown.
    FileMarkdown = "M1.5 3.5h13v9h-13zM4 10V6l2 2.5L8 6v4M11.5 6v4M9.8 8.5l1.7 1.7 1.7-1.7";
    /// A file with a page.
    FilePage = "M4.5 4.5L1.5 8l3 3.5M11.5 4.5l3 3.5-3 3.5M9.3 3L6.7 13";
    /// A file with a picture.
    FilePicture = "M2 3h12v10H2zM2 11l3.5-4 3.5 4 2-2 3 3M10.5 5a.7.7 0 1 1 0 1.4.7.7 0 1 1 0-1.4";
    /// A new file.
    FilePlus = "M4 2h5l3 3v9H4zM9 2v3h3M8 7.5v4M6 9.5h4";
    /// A file with Python.
    FilePython = "M5 9.5V4.5a2 2 0 0 1 2-2h2a2 2 0 0 1 2 2V6a2 2 0 0 1-2 2H7a2 2 0 0 0-2 2v1.5a2 2 0 0 0 2 2h2a2 2 0 0 0 2-2v-5M7.5 4.5v.01M8.5 11.5v.01";
    /// A file with Rust.
    FileRust = "M8 4a4 4 0 1 1 0 8 4 4 0 1 1 0-8M8 1.5V4M8 12v2.5M1.5 8H4M12 8h2.5M3.4 3.4l1.8 1.8M10.8 10.8l1.8 1.8M3.4 12.6l1.8-1.8M10.8 5.2l1.8-1.8M8 7a1 1 0 1 1 0 2 1 1 0 1 1 0-2";
    /// A file with styles.
    FileStyle = "M6.5 2.5l-2 11M11.5 2.5l-2 11M3.5 6h10M2.5 10h10";
    /// A file with text.
    FileText = "M4 2h5l3 3v9H4zM9 2v3h3M6 8h4M6 10.5h4";
    /// A closed folder.
    Folder = "M2 4h4l1.5 2H14v7H2z", turns;
    /// An open folder.
    FolderOpen = "M2 13V4h4l1.5 2H13v2M2 13l2-5h11l-2 5z", turns;
    /// A new folder.
    FolderPlus = "M2 4h4l1.5 2H14v7H2zM8 8v3.5M6.2 9.7h3.6";
    /// The web.
    Globe = "M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 2M2 8h12M8 2c-4 4-4 8 0 12M8 2c4 4 4 8 0 12";
    /// Worth knowing.
    Info = "M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 2M8 7.5V11M8 5v.01";
    /// A menu.
    Menu = "M3 4h10M3 8h10M3 12h10";
    /// Less.
    Minus = "M3 8h10";
    /// Dark.
    Moon = "M13 9.5A5.5 5.5 0 1 1 6.5 3 4.5 4.5 0 0 0 13 9.5z";
    /// More.
    More = "M4 8v.01M8 8v.01M12 8v.01";
    /// A panel.
    Panel = "M2 3h12v10H2zM2 9h12";
    /// Pause.
    Pause = "M5 3v10M11 3v10";
    /// A narrow screen.
    Phone = "M5 2h6v12H5zM7.5 12h1";
    /// Run.
    Play = "M5 3l8 5-8 5z";
    /// More.
    Plus = "M8 3v10M3 8h10";
    /// Again.
    Refresh = "M13 8a5 5 0 1 1-1.5-3.5M13 2v3h-3";
    /// Save.
    Save = "M3 3h8l2 2v8H3zM5 3v3h5V3M5 13V9h6v4";
    /// Search.
    Search = "M7 3a4 4 0 1 1 0 8 4 4 0 1 1 0-8M10 10l3 3";
    /// Settings.
    Settings = "M3 5h6M12 5h1M3 11h1M7 11h6M10.5 3.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 1 1 0-3M5.5 9.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 1 1 0-3";
    /// Asleep.
    Sleep = "M3 4h5l-5 5h5M10 8h3l-3 4h3";
    /// Side by side.
    Split = "M2 3h12v10H2zM8 3v10";
    /// One below the other.
    SplitBelow = "M2 3h12v10H2zM2 8h12";
    /// Stop.
    Stop = "M4 4h8v8H4z";
    /// Light.
    Sun = "M8 5a3 3 0 1 1 0 6 3 3 0 1 1 0-6M8 1v1M8 14v1M1 8h1M14 8h1M3 3l.7.7M12.3 12.3l.7.7M3 13l.7-.7M12.3 3.7l.7-.7";
    /// A middling screen.
    Tablet = "M3 2h10v12H3zM7.5 12h1";
    /// A terminal.
    Terminal = "M2 3h12v10H2zM4.5 6l2 2-2 2M8 10h3";
    /// Delete.
    Trash = "M3 4h10M6 4V2.5h4V4M4.5 4l.5 9.5h6l.5-9.5M7 7v4M9 7v4";
    /// Take back.
    Undo = "M4 6h6a3 3 0 1 1 0 6H6M6.5 3.5L4 6l2.5 2.5", turns;
    /// Upload.
    Upload = "M8 10V2M5 5l3-3 3 3M3 13h10";
    /// A person.
    User = "M8 3a2.5 2.5 0 1 1 0 5 2.5 2.5 0 1 1 0-5M3 13c1-3 9-3 10 0";
    /// Needs attention.
    Warning = "M8 2.5l6 11H2zM8 6.5v3.5M8 12v.01";
}

/// The properties of [`Icon`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct IconProps {
    /// Which one.
    pub name: IconName,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// An icon in the colour of the text. It says nothing: what it stands for is said in words beside it, or as the name of
/// the button that it is on. Stable class name: `ys-icon`.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    html! {
        <svg
            class={classes!("ys-icon", props.class.clone())}
            style={props.style.clone()}
            viewBox="0 0 16 16"
            width="16"
            height="16"
            fill="none"
            stroke="currentColor"
            aria-hidden="true"
            data-turns={props.name.turns().then_some("")}
        >
            <path d={props.name.path()} />
        </svg>
    }
}
