//! The bodies and queries of the management API, with their bounds.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use yew_sandbox_agent::{GitIdentity, Permission};

use super::{NewSandbox, Privacy, StartOptions, Tier, WakeOn, timestamp};
use crate::identity::SessionOptions;

/// Longest title, description or path, in characters.
const MAX_TEXT: usize = 255;
/// Most tags of a sandbox.
const MAX_TAGS: usize = 10;
/// Most sandboxes of a tag, and most hosts of a request.
const MAX_LIST: usize = 100;
/// Longest time without a request, in seconds.
const DAY: u32 = 86_400;

/// `POST /sandbox/{id}/fork`. What is not known is ignored, so that newer SDKs work.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Fork {
    title: Option<Text>,
    description: Option<Text>,
    privacy: Option<PrivacyNumber>,
    private_preview: Option<bool>,
    is_frozen: Option<bool>,
    tags: Tags,
    path: Option<Text>,
    pub(super) start_options: Option<Start>,
}

/// `POST /sandbox`
#[derive(Deserialize)]
pub(super) struct Create {
    pub(super) files: BTreeMap<String, File>,
    #[serde(default)]
    title: Option<Text>,
    #[serde(default)]
    description: Option<Text>,
    #[serde(default)]
    privacy: Option<PrivacyNumber>,
    #[serde(default)]
    private_preview: Option<bool>,
    #[serde(default)]
    is_frozen: Option<bool>,
    #[serde(default)]
    tags: FirstTags,
    #[serde(default)]
    path: Option<Text>,
}

/// One of its files.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct File {
    pub(super) is_binary: bool,
    pub(super) code: String,
    pub(super) binary_content: String,
}

/// `POST /templates`
#[derive(Deserialize)]
pub(super) struct Template {
    #[serde(rename = "forkOf")]
    pub(super) fork_of: String,
    #[serde(default)]
    title: Option<Text>,
    #[serde(default)]
    description: Option<Text>,
    #[serde(default)]
    tags: Tags,
}

/// `POST /vm/{id}/start`
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Start {
    automatic_wakeup_config: Option<WakeOn>,
    hibernation_timeout_seconds: Option<Seconds>,
    /// There is one place only; what is no country is refused all the same.
    #[serde(rename = "ipcountry")]
    _country: Option<Country>,
    tier: Option<Tier>,
}

/// `POST /vm/{id}/sessions`
#[derive(Deserialize)]
pub(super) struct Session {
    session_id: String,
    permission: Permission,
    #[serde(default)]
    git_access_token: Option<String>,
    #[serde(default)]
    git_user_email: Option<String>,
    #[serde(default)]
    git_user_name: Option<String>,
}

/// `PUT /vm/{id}/specs` and `POST /vm/{id}/update_specs`
#[derive(Deserialize)]
pub(super) struct Specs {
    pub(super) tier: Tier,
}

/// `PUT /vm/{id}/hibernation_timeout`
#[derive(Deserialize)]
pub(super) struct HibernationTimeout {
    hibernation_timeout_seconds: Seconds,
}

/// `POST` and `PATCH` of host tokens. Without a time a token never ends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct HostToken {
    expires_at: Option<Time>,
}

/// `POST /vm/tag`
#[derive(Deserialize)]
pub(super) struct Tag {
    pub(super) vm_ids: List,
}

/// `PUT /vm/alias/{namespace}/{alias}`
#[derive(Deserialize)]
pub(super) struct Alias {
    pub(super) tag_id: String,
}

/// `POST` and `PUT /workspace/preview_hosts`
#[derive(Deserialize)]
pub(super) struct PreviewHosts {
    pub(super) hosts: List,
}

/// The query of `GET /sandbox`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    tags: Option<String>,
    pub(super) order_by: OrderBy,
    pub(super) direction: Direction,
    page_size: Option<u64>,
    page: Option<u64>,
    pub(super) status: Option<Status>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OrderBy {
    InsertedAt,
    #[default]
    UpdatedAt,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Direction {
    Asc,
    #[default]
    Desc,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    Running,
}

impl From<Fork> for NewSandbox {
    fn from(fork: Fork) -> Self {
        Self {
            title: fork.title.map(|text| text.0),
            description: fork.description.map(|text| text.0),
            tags: fork.tags.0,
            path: fork.path.map(|text| text.0),
            privacy: fork.privacy.map(|number| number.with(fork.private_preview)),
            frozen: fork.is_frozen,
        }
    }
}

impl Create {
    /// What the sandbox shall be, and its files.
    pub(super) fn take(self) -> (NewSandbox, BTreeMap<String, File>) {
        let new = NewSandbox {
            title: self.title.map(|text| text.0),
            description: self.description.map(|text| text.0),
            tags: self.tags.0,
            path: self.path.map(|text| text.0),
            privacy: self.privacy.map(|number| number.with(self.private_preview)),
            frozen: self.is_frozen,
        };
        (new, self.files)
    }
}

impl From<Template> for NewSandbox {
    fn from(template: Template) -> Self {
        Self {
            title: template.title.map(|text| text.0),
            description: template.description.map(|text| text.0),
            tags: template.tags.0,
            ..Self::default()
        }
    }
}

impl From<Start> for StartOptions {
    fn from(start: Start) -> Self {
        let timeout = start.hibernation_timeout_seconds;
        Self {
            hibernation_timeout: timeout.map(Seconds::duration),
            tier: start.tier,
            wake_on: start.automatic_wakeup_config,
        }
    }
}

impl From<Session> for SessionOptions {
    fn from(session: Session) -> Self {
        let given = [
            &session.git_access_token,
            &session.git_user_email,
            &session.git_user_name,
        ];
        let has_git = given.into_iter().any(Option::is_some);
        let token = session.git_access_token;
        let git = has_git.then(|| GitIdentity {
            name: session.git_user_name.unwrap_or_default(),
            email: session.git_user_email.unwrap_or_default(),
            provider: token.as_ref().map(|_| "github.com".to_owned()),
            username: None,
            access_token: token,
        });
        Self {
            id: Some(session.session_id),
            permission: session.permission,
            git: git.map(Box::new),
            ..Self::default()
        }
    }
}

impl HibernationTimeout {
    pub(super) fn duration(self) -> Duration {
        self.hibernation_timeout_seconds.duration()
    }
}

impl HostToken {
    pub(super) fn expires(self) -> Option<SystemTime> {
        self.expires_at.map(|time| time.0)
    }
}

impl ListQuery {
    /// The page's number, from 1 on, and its size; `None` where one makes no sense.
    ///
    /// A size over 50 is taken as 50: the JavaScript SDK asks for more, and then for the next page.
    pub(super) fn page(&self) -> Option<(usize, usize)> {
        let page = usize::try_from(self.page.unwrap_or(1)).ok()?;
        let size = usize::try_from(self.page_size.unwrap_or(20)).ok()?;
        (page > 0 && size > 0).then_some((page, size.min(50)))
    }

    /// The tags that a sandbox must have, all of them.
    pub(super) fn tags(&self) -> Vec<&str> {
        let tags = self.tags.iter().flat_map(|tags| tags.split(','));
        tags.map(str::trim).filter(|tag| !tag.is_empty()).collect()
    }
}

struct Text(String);

#[derive(Default)]
struct Tags(Vec<String>);

#[derive(Default)]
struct FirstTags(Vec<String>);

struct PrivacyNumber(u8);

#[derive(Clone, Copy)]
struct Seconds(u32);

#[derive(Clone)]
struct Country;

struct Time(SystemTime);

pub(super) struct List(pub(super) Vec<String>);

impl PrivacyNumber {
    fn with(self, private_preview: Option<bool>) -> Privacy {
        // The number was checked when it was read.
        Privacy::from_wire(self.0, private_preview).unwrap_or_default()
    }
}

impl Seconds {
    fn duration(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        if text.chars().count() > MAX_TEXT || text.contains('\0') {
            return Err(D::Error::custom(format!("over {MAX_TEXT} characters")));
        }
        Ok(Self(text))
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let tags = Option::<Vec<Text>>::deserialize(input)?.unwrap_or_default();
        if tags.len() > MAX_TAGS {
            return Err(D::Error::custom(format!("more than {MAX_TAGS} tags")));
        }
        Ok(Self(tags.into_iter().map(|tag| tag.0).collect()))
    }
}

/// All but the first ten are left out.
impl<'de> Deserialize<'de> for FirstTags {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let tags = Option::<Vec<Text>>::deserialize(input)?.unwrap_or_default();
        let tags = tags.into_iter().take(MAX_TAGS);
        Ok(Self(tags.map(|tag| tag.0).collect()))
    }
}

impl<'de> Deserialize<'de> for PrivacyNumber {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(input)?;
        if number > 2 {
            return Err(D::Error::custom("not 0, 1 or 2"));
        }
        Ok(Self(number))
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let seconds = u32::deserialize(input)?;
        if !(1..=DAY).contains(&seconds) {
            return Err(D::Error::custom(format!("not 1 to {DAY}")));
        }
        Ok(Self(seconds))
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let country = String::deserialize(input)?;
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(D::Error::custom("not two capital letters"));
        }
        Ok(Self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let time = timestamp::parse(&String::deserialize(input)?);
        time.map(Self)
            .ok_or_else(|| D::Error::custom("not a time, as 2026-01-31T12:00:00Z"))
    }
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let list = Vec::<Text>::deserialize(input)?;
        if list.len() > MAX_LIST {
            return Err(D::Error::custom(format!("more than {MAX_LIST} entries")));
        }
        Ok(Self(list.into_iter().map(|text| text.0).collect()))
    }
}
