//! `/sandbox` and `/templates`: what there is, and new ones.

use std::cmp::Ordering;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Serialize;

use super::answer::{Answer, answer};
use super::extract::{Asked, Body, FilesBody, Named};
use super::requests::{Create, Direction, File, Fork, ListQuery, OrderBy, Template};
use super::routes::Shared;
use super::vms::{Started, started};
use super::{MANAGEMENT, Manage, NewFile, SandboxInfo, timestamp};
use crate::api::CLUSTER;
use crate::front::{Caller, Event, audit};
use crate::problem::{Problem, ProblemKind};

/// Most files that a sandbox is made with.
const MAX_FILES: usize = 10_000;

#[derive(Serialize)]
struct Sandbox {
    id: String,
    title: Option<String>,
    description: Option<String>,
    privacy: u8,
    is_frozen: bool,
    tags: Vec<String>,
    created_at: String,
    updated_at: String,
    settings: Settings,
}

#[derive(Serialize)]
struct Settings {
    use_pint: bool,
}

#[derive(Serialize)]
struct List {
    sandboxes: Vec<Sandbox>,
    pagination: Pagination,
}

#[derive(Serialize)]
struct Pagination {
    current_page: usize,
    next_page: Option<usize>,
    total_records: usize,
}

#[derive(Serialize)]
struct Made {
    alias: String,
    id: String,
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_response: Option<Started>,
}

#[derive(Serialize)]
struct TemplateMade {
    tag: String,
    sandboxes: [TemplateSandbox; 1],
}

#[derive(Serialize)]
struct TemplateSandbox {
    cluster: &'static str,
    id: String,
}

/// `GET /sandbox`
pub(super) async fn list<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Asked(query): Asked<ListQuery>,
) -> Answer {
    let Some((page, size)) = query.page() else {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "page and page_size must be 1 or more",
            "correct it and ask again",
        )
        .into());
    };
    let tags = query.tags();
    let mut found = shared.backend.list().await?;
    found.retain(|sandbox| {
        let tagged = tags
            .iter()
            .all(|tag| sandbox.tags.iter().any(|own| own == tag));
        tagged && (query.status.is_none() || sandbox.running)
    });
    found.sort_by(|one, other| order(query.order_by, query.direction, one, other));
    let total = found.len();
    let start = (page - 1).saturating_mul(size);
    let sandboxes = found.into_iter().skip(start).take(size);
    let sandboxes: Vec<_> = sandboxes.map(Sandbox::from).collect();
    let is_last = start.saturating_add(size) >= total;
    answer(
        StatusCode::OK,
        List {
            sandboxes,
            pagination: Pagination {
                current_page: page,
                next_page: (!is_last).then(|| page + 1),
                total_records: total,
            },
        },
    )
}

/// `GET /sandbox/{id}`
pub(super) async fn get<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named(id): Named<String>,
) -> Answer {
    let found = shared.backend.info(&id).await?;
    answer(StatusCode::OK, Sandbox::from(found))
}

/// `POST /sandbox`
pub(super) async fn create<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    caller: Caller,
    FilesBody(create): FilesBody<Create>,
) -> Answer {
    shared.admit()?;
    let (new, files) = create.take();
    if files.len() > MAX_FILES {
        let message = format!("files: more than {MAX_FILES} files");
        return Err(Problem::new(ProblemKind::Invalid, message, "write the rest later").into());
    }
    let files: Result<_, _> = files.into_iter().map(new_file).collect();
    let made = shared.backend.create_with(new, files?).await?;
    audit(Event::Create, &caller, &made.id, MANAGEMENT);
    answer(StatusCode::CREATED, Made::new(made, None))
}

/// `POST /sandbox/{id}/fork`
pub(super) async fn fork<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named(id): Named<String>,
    caller: Caller,
    headers: HeaderMap,
    Body(mut fork): Body<Fork>,
) -> Answer {
    shared.admit()?;
    let start = fork.start_options.take();
    let made = shared.backend.fork(&id, fork.into()).await?;
    audit(Event::Create, &caller, &made.id, MANAGEMENT);
    let start = match start {
        Some(options) => {
            let (starter, id) = (shared.clone(), made.id.clone());
            let session = shared.or_take_back(&made.id, async move {
                let awake = starter.backend.start(&id, options.into()).await?;
                starter.session(&headers, awake)
            });
            Some(started(session.await?))
        }
        None => None,
    };
    answer(StatusCode::CREATED, Made::new(made, start))
}

/// `POST /templates`: one sandbox, since there is one cluster, and a tag for it.
pub(super) async fn create_template<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    caller: Caller,
    Body(template): Body<Template>,
) -> Answer {
    shared.admit()?;
    let source = template.fork_of.clone();
    let made = shared.backend.fork(&source, template.into()).await?;
    audit(Event::Create, &caller, &made.id, MANAGEMENT);
    let (tagger, tagged) = (shared.clone(), vec![made.id.clone()]);
    let tag = shared.or_take_back(
        &made.id,
        async move { tagger.backend.create_tag(tagged).await },
    );
    let tag = tag.await?;
    let sandboxes = [TemplateSandbox {
        cluster: CLUSTER,
        id: made.id,
    }];
    answer(StatusCode::CREATED, TemplateMade { tag, sandboxes })
}

fn new_file((path, file): (String, File)) -> Result<NewFile, Problem> {
    let content = if file.is_binary {
        STANDARD.decode(&file.binary_content).map_err(|_| {
            Problem::new(
                ProblemKind::Invalid,
                "files: binary_content is no base64",
                "encode it with padding",
            )
        })?
    } else {
        file.code.into_bytes()
    };
    let content = Bytes::from(content);
    Ok(NewFile { path, content })
}

/// Sandboxes of the same second are ordered as they were made, so that pages fit together.
fn order(by: OrderBy, direction: Direction, one: &SandboxInfo, other: &SandboxInfo) -> Ordering {
    let ascending = match by {
        OrderBy::InsertedAt => one.created.cmp(&other.created),
        OrderBy::UpdatedAt => one.updated.cmp(&other.updated),
    };
    let ascending = ascending.then_with(|| one.number.cmp(&other.number));
    match direction {
        Direction::Asc => ascending,
        Direction::Desc => ascending.reverse(),
    }
}

impl From<SandboxInfo> for Sandbox {
    fn from(info: SandboxInfo) -> Self {
        Self {
            id: info.id,
            title: info.title,
            description: info.description,
            privacy: info.privacy.number(),
            is_frozen: info.frozen,
            tags: info.tags,
            created_at: timestamp::format(info.created),
            updated_at: timestamp::format(info.updated),
            settings: Settings { use_pint: false },
        }
    }
}

impl Made {
    fn new(info: SandboxInfo, start_response: Option<Started>) -> Self {
        Self {
            alias: alias(info.title.as_deref().unwrap_or_default(), &info.id),
            id: info.id,
            title: info.title,
            start_response,
        }
    }
}

/// A name that reads well in an address.
fn alias(title: &str, id: &str) -> String {
    let words = title
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase);
    let words = words.chain([id.to_owned()]);
    words.collect::<Vec<_>>().join("-")
}
