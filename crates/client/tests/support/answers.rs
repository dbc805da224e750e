//! Answers of the scripted agent, one kind of request at a time.

use std::sync::{Arc, Mutex};

use yew_sandbox_client::protocol::{Request, WireError, encode_answer, encode_error};

use super::agent::Agent;

/// The requests of one kind, in the order of their arrival.
#[derive(Clone, Debug)]
pub struct Log<R>(Arc<Mutex<Vec<R>>>);

impl<R: Clone> Log<R> {
    pub fn all(&self) -> Vec<R> {
        self.0.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl Agent {
    /// Answers one kind of request from now on, in place of whatever answered it so far.
    pub fn answer<R>(
        &self,
        mut act: impl FnMut(&R) -> Result<R::Answer, WireError> + Send + 'static,
    ) -> Log<R>
    where
        R: Request + Clone + Send + 'static,
    {
        let log = Log(Arc::default());
        let seen = log.clone();
        let handler: super::Handler = Box::new(move |frame| {
            if frame.method != R::METHOD {
                return None;
            }
            let request: R = frame.params().unwrap();
            seen.0.lock().unwrap().push(request.clone());
            Some(vec![match act(&request) {
                Ok(answer) => encode_answer(frame.id, &frame.method, &answer),
                Err(error) => encode_error(frame.id, &frame.method, &error),
            }])
        });
        self.state().handlers.insert(0, handler);
        log
    }
}
