//! What a scenario plays on: a browser, the page, and a server behind a proxy.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::arguments::{Arguments, Kind};
use crate::browser::Browser;
use crate::page::Page;
use crate::server::{Server, ServerSettings};
use yew_sandbox_fault_proxy::Proxy;

/// One scenario's stage. The browser is the only thing that others used before.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    pub(crate) browser: &'a Browser,
    pub(crate) page: Page,
    pub(crate) proxy: Proxy,
    pub(crate) server: Server,
}

impl<'a> Stage<'a> {
    /// Starts a server and a proxy, with their data and logs in `folder`.
    ///
    /// # Errors
    /// One of them does not start.
    pub(crate) async fn set(
        arguments: &Arguments,
        browser: &'a Browser,
        settings: ServerSettings,
        folder: PathBuf,
    ) -> Result<Self> {
        let (program, pages) = (arguments.server.clone(), arguments.dist.clone());
        let server = Server::start(program, pages, folder, settings).await?;
        let proxy = Proxy::start(server.address()).await?;
        let address = format!("http://{}/examples/quick_start/", proxy.address());
        let page = Page::new(browser.session.clone(), address);
        Ok(Self {
            browser,
            page,
            proxy,
            server,
        })
    }

    /// Loads the page anew. Its errors are judged first.
    ///
    /// # Errors
    /// It wrote errors, or the browser cannot.
    pub(crate) async fn reload(&self) -> Result<()> {
        self.browser.has_no_errors().await?;
        self.browser.session.reload().await?;
        self.forget_the_page_before().await
    }

    /// Leaves the page in the middle of a scenario, as before its server ends. Its errors are judged first.
    ///
    /// # Errors
    /// It wrote errors, or the browser cannot.
    pub(crate) async fn leave(&self) -> Result<()> {
        self.browser.has_no_errors().await?;
        self.browser.session.open("about:blank").await?;
        self.forget_the_page_before().await
    }

    /// Leaves the errors of the page before this one out of the judgement, where the browser is one that makes them.
    ///
    /// # Errors
    /// The browser's errors cannot be read.
    pub(crate) async fn forget_the_page_before(&self) -> Result<()> {
        if self.browser.kind == Kind::Firefox {
            // It stops a page that is left in the middle of its script, and writes errors of what that breaks.
            self.browser.console.forget().await?;
        }
        Ok(())
    }

    /// Leaves the page, closes what windows a scenario opened, and ends the server.
    ///
    /// # Errors
    /// The browser cannot go on.
    pub(crate) async fn clear(mut self) -> Result<()> {
        let session = &self.browser.session;
        let windows = session.windows().await?;
        for (place, window) in windows.iter().enumerate().rev() {
            session.switch(window).await?;
            session.forget_cookies().await?;
            if place > 0 {
                session.close_window().await?;
            }
        }
        session.open("about:blank").await?;
        self.server.stop().await;
        Ok(())
    }

    /// Saves what shows how things stand: a picture, the page's text, the server's log. What cannot be had is
    /// left out.
    pub(crate) async fn save_evidence(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        let session = &self.browser.session;
        if let Ok(picture) = session.picture().await {
            std::fs::write(folder.join("page.png"), picture)?;
        }
        let text = session.run("return document.body.innerText;", &[]).await;
        let look = self.page.look().await;
        let address = session.address().await;
        let told = format!("{address:?}\n\n{look:#?}\n\n{text:?}\n");
        std::fs::write(folder.join("page.txt"), told)?;
        if let Ok(errors) = self.browser.console.errors().await {
            std::fs::write(folder.join("console.txt"), errors.join("\n"))?;
        }
        std::fs::copy(self.server.log(), folder.join("server.log"))?;
        Ok(())
    }
}
