//! Another client of the same sandbox: a second person.

use anyhow::{Context, Result};
use serde_json::Value;
use yew_sandbox_client::{Client, ClientOptions, Session, SessionSource};

use super::Playground;
use crate::page::COMES_BACK;
use crate::stage::Stage;
use crate::wait::until;

/// Another client, with a link of its own that no proxy breaks. It leaves when it is dropped.
#[derive(Debug)]
pub(crate) struct Other {
    client: Client,
}

impl Other {
    /// Joins the sandbox of the page, as its user.
    ///
    /// # Errors
    /// The server does not let it in.
    pub(crate) async fn join(stage: &Stage<'_>, page: &Playground, id: &str) -> Result<Self> {
        // The page's cookie says who asks.
        let script = "const request = new XMLHttpRequest();\
                      request.open('GET', `/api/sandboxes/${arguments[0]}`, false);\
                      request.send();\
                      return request.responseText;";
        let answer = page.session.run(script, &[Value::from(id)]).await?;
        let answer = answer.as_str().context("a session as text")?;
        let proxy = stage.proxy.address().to_string();
        let answer = answer.replace(&proxy, &stage.server.address().to_string());
        let session: Session = serde_json::from_str(&answer)?;
        let source = SessionSource::new(move |_| {
            let session = session.clone();
            async move { Ok(session) }
        });
        let client = Client::new(ClientOptions::new(source));
        client.connect().await?;
        Ok(Self { client })
    }

    /// Writes a file.
    ///
    /// # Errors
    /// The sandbox refuses it.
    pub(crate) async fn write(&self, path: &str, text: &str) -> Result<()> {
        let bytes = text.as_bytes().to_vec();
        Ok(self.client.fs().write(path, bytes).await?)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// The sandbox refuses it.
    pub(crate) async fn read(&self, path: &str) -> Result<String> {
        Ok(self.client.fs().read_text(path).await?)
    }

    /// Waits until a file is as wanted.
    ///
    /// # Errors
    /// It is not in time.
    pub(crate) async fn finds(&self, path: &str, wanted: &str) -> Result<()> {
        let mut last = String::new();
        let what = format!("{wanted:?} in {path}");
        let found = until(&what, COMES_BACK, async || {
            last = self.read(path).await?;
            Ok((last == wanted).then_some(()))
        });
        let found = found.await;
        found.with_context(|| format!("it is {last:?}"))
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        self.client.close();
    }
}
