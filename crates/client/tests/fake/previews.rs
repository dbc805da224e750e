//! A document that is answered for.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use yew_sandbox_client::{
    Error, Preview, PreviewEvents, PreviewFrame, PreviewMessage, PreviewPost, PreviewStatus,
};

/// A frame that loads all that it is to show, and never answers.
struct Frame {
    events: PreviewEvents,
    shown: Rc<RefCell<Vec<String>>>,
}

impl PreviewFrame for Frame {
    fn post(&self, _post: &PreviewPost) -> Result<(), Error> {
        Ok(())
    }

    fn show(&self, url: &str) {
        self.shown.borrow_mut().push(url.to_owned());
        self.events.loaded();
    }

    fn set_alarm(&self, _after: Duration) {}
}

#[tokio::test]
async fn a_preview_without_a_document_is_ready_and_stays_so_wherever_it_goes() {
    let shown = Rc::new(RefCell::new(Vec::new()));
    let preview = Preview::with_frame("http://box-80.localhost/", |events| {
        let shown = Rc::clone(&shown);
        Box::new(Frame { events, shown })
    })
    .unwrap();
    let status = || preview.state().get().status;
    assert_eq!(status(), PreviewStatus::Loading);
    preview.stand_in();
    assert_eq!(status(), PreviewStatus::Ready);
    preview.navigate("/there").unwrap();
    assert_eq!(*shown.borrow(), ["http://box-80.localhost/there"]);
    assert_eq!(status(), PreviewStatus::Ready);
    let word = PreviewMessage::new("word", r#"{"type":"word"}"#).unwrap();
    preview.send(word).await.unwrap();
    preview.close();
    preview.stand_in();
    assert_eq!(status(), PreviewStatus::Closed);
}
