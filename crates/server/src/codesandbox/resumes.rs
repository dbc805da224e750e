//! Sessions that are asked for again and again, with few calls of the cloud: they count against the operator's limit.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use yew_sandbox_protocol::BootupType;

use crate::backend::{AgentAt, Awake};
use crate::identity::{SessionOptions, User};
use crate::problem::Problem;

/// Equal requests ask the cloud once in so long, and get that answer in between.
const PACE: Duration = Duration::from_secs(15);
/// Before that so many of them ask it at once: a sandbox may have been put to sleep since the last answer, and to ask is what wakes it.
const AT_ONCE: u32 = 3;
/// Most requests that are told apart. Further ones are not kept, and ask the cloud each.
const MOST: usize = 1_000;

type Answer = Result<Awake, Problem>;

/// What was asked a short while ago, and the answers. Nobody gets what another user asked for.
#[derive(Debug, Default)]
pub(super) struct Resumes(Mutex<HashMap<Key, Asked>>);

/// Who asked for what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    sandbox: String,
    user: String,
    session: Option<String>,
}

#[derive(Debug)]
struct Asked {
    /// What the call carried.
    options: SessionOptions,
    /// `None` until there is one.
    answer: watch::Receiver<Option<Answer>>,
    /// Each call puts it off by [`PACE`]. It is never further away than [`AT_ONCE`] calls put it.
    paid_until: Instant,
}

impl Asked {
    /// Not where the call panicked.
    fn is_under_way(&self) -> bool {
        self.answer.borrow().is_none() && self.answer.has_changed().is_ok()
    }

    /// Whether the answer serves for further requests.
    fn serves(&self, now: Instant) -> bool {
        let is_spent = self.paid_until > now + PACE * (AT_ONCE - 1);
        is_spent && self.answer.borrow().is_some()
    }
}

impl Resumes {
    /// The answer to an equal request where that will do, else that of `call`.
    pub(super) async fn answer(
        &self,
        sandbox: &str,
        owner: &User,
        session: &SessionOptions,
        call: impl Future<Output = Answer> + Send + 'static,
    ) -> Answer {
        let key = Key {
            sandbox: sandbox.to_owned(),
            user: owner.id.clone(),
            session: session.id.clone(),
        };
        // The page gets its token for previews from elsewhere; no call carries it.
        let options = SessionOptions {
            host_token: None,
            ..session.clone()
        };
        let (mut answer, is_own) = self.ask(key, options, call);
        let told = answer.wait_for(Option::is_some).await;
        let told = told.ok().and_then(|told| told.clone());
        let told = told.unwrap_or_else(|| Err(Problem::internal()));
        if is_own { told } else { told.map(running) }
    }

    /// Where the answer will be, and whether it is that of `call`. The call goes on where nobody waits for it any more.
    fn ask(
        &self,
        key: Key,
        options: SessionOptions,
        call: impl Future<Output = Answer> + Send + 'static,
    ) -> (watch::Receiver<Option<Answer>>, bool) {
        let now = Instant::now();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = all.get(&key);
        let equal = before.filter(|asked| asked.options == options);
        if let Some(asked) = equal.filter(|asked| asked.is_under_way() || asked.serves(now)) {
            return (asked.answer.clone(), false);
        }
        let paid_until = before.map_or(now, |asked| asked.paid_until.max(now)) + PACE;
        let (sender, answer) = watch::channel(None);
        tokio::spawn(async move {
            let made = call.await;
            // Where it fails nobody waits, and nothing is kept.
            let _ = sender.send(Some(made));
        });
        all.remove(&key);
        all.retain(|_, asked| asked.is_under_way() || asked.paid_until > now);
        if all.len() < MOST {
            let asked = Asked {
                options,
                answer: answer.clone(),
                paid_until,
            };
            all.insert(key, asked);
        }
        (answer, true)
    }
}

/// As the cloud tells it to whom comes second.
fn running(mut awake: Awake) -> Awake {
    awake.bootup_type = BootupType::Running;
    if let AgentAt::Elsewhere(session) = &mut awake.agent {
        session.bootup_type = BootupType::Running;
    }
    awake
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::time::{advance, sleep};
    use yew_sandbox_agent::Permission;

    use super::*;
    use crate::problem::ProblemKind;

    /// A cloud that takes a second for each call.
    #[derive(Default)]
    struct Cloud {
        resumes: Resumes,
        calls: Arc<AtomicUsize>,
    }

    impl Cloud {
        async fn resume(&self, user: &str, session: &SessionOptions) -> Awake {
            let calls = self.calls.clone();
            let call = async move {
                calls.fetch_add(1, Ordering::SeqCst);
                sleep(Duration::from_secs(1)).await;
                Ok(awake())
            };
            let owner = owner(user);
            let answer = self.resumes.answer("made", &owner, session, call);
            answer.await.unwrap()
        }

        fn calls(&self) -> usize {
            self.calls.load(Ordering::SeqCst)
        }

        fn kept(&self) -> usize {
            self.resumes.0.lock().unwrap().len()
        }
    }

    fn awake() -> Awake {
        Awake {
            id: "made".into(),
            bootup_type: BootupType::Resume,
            workspace_path: "/project".into(),
            agent: AgentAt::Here {
                session: String::new(),
            },
        }
    }

    fn owner(id: &str) -> User {
        User {
            id: id.into(),
            name: String::new(),
        }
    }

    fn plain() -> SessionOptions {
        SessionOptions::default()
    }

    #[tokio::test(start_paused = true)]
    async fn call_that_is_under_way_is_shared() {
        let cloud = Cloud::default();
        let (user, session) = ("a", plain());
        let both = tokio::join!(cloud.resume(user, &session), cloud.resume(user, &session));
        assert_eq!(cloud.calls(), 1);
        // Only one of them has woken it.
        assert_eq!(both.0.bootup_type, BootupType::Resume);
        assert_eq!(both.1.bootup_type, BootupType::Running);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_gets_what_others_asked_for() {
        let cloud = Cloud::default();
        let named = SessionOptions {
            id: Some("guest".into()),
            ..plain()
        };
        let reads = SessionOptions {
            permission: Permission::Read,
            ..plain()
        };
        let session = plain();
        tokio::join!(
            cloud.resume("a", &session),
            cloud.resume("b", &session),
            cloud.resume("a", &named),
            cloud.resume("a", &reads),
        );
        assert_eq!(cloud.calls(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_on_and_on_makes_a_call_in_fifteen_seconds() {
        let cloud = Cloud::default();
        for calls in [1, 2, 3, 3, 3] {
            cloud.resume("a", &plain()).await;
            assert_eq!(cloud.calls(), calls);
        }
        advance(PACE - Duration::from_secs(3)).await;
        for _ in 0..5 {
            cloud.resume("a", &plain()).await;
            assert_eq!(cloud.calls(), 4);
        }
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(3600) {
            advance(Duration::from_secs(1)).await;
            cloud.resume("a", &plain()).await;
        }
        assert!(cloud.calls() <= 4 + 3600 / 15 + 3, "{}", cloud.calls());
        // Others have the whole of it.
        cloud.resume("b", &plain()).await;
        advance(PACE * AT_ONCE).await;
        let calls = cloud.calls();
        for more in [1, 2, 3, 3] {
            cloud.resume("a", &plain()).await;
            assert_eq!(cloud.calls(), calls + more);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_kept_is_bounded_and_goes() {
        let cloud = Cloud::default();
        let users: Vec<_> = (0..MOST + 10).map(|number| number.to_string()).collect();
        let session = plain();
        let all = users.iter().map(|user| cloud.resume(user, &session));
        futures_util::future::join_all(all).await;
        assert_eq!(cloud.calls(), MOST + 10);
        assert_eq!(cloud.kept(), MOST);
        advance(PACE).await;
        cloud.resume("a", &plain()).await;
        assert_eq!(cloud.kept(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn call_that_panics_is_not_waited_for() {
        let cloud = Cloud::default();
        async fn panics() -> Answer {
            panic!("a test")
        }
        let (owner, session) = (owner("a"), plain());
        let answer = cloud.resumes.answer("made", &owner, &session, panics());
        let answer = answer.await;
        assert_eq!(answer.unwrap_err().kind(), ProblemKind::Internal);
        cloud.resume("a", &session).await;
    }
}
