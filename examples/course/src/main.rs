//! A course with a small sandbox in each lesson, made when the lesson is seen.

mod lessons;

use std::rc::Rc;

use yew::prelude::*;
use yew_hooks::{use_async, use_local_storage, use_visible};
use yew_sandbox::client::WriteOptions;
use yew_sandbox::{Error, ErrorKind, SandboxProvider, use_sandbox};
use yew_sandbox_components::{
    CodeEditor, CommandOutput, DocumentsProvider, InitScreen, SandboxUi, use_documents,
};

use crate::lessons::{LESSONS, Lesson};

/// The file of each lesson.
const FILE: &str = "lesson.sh";

#[component]
fn App() -> Html {
    html! {
        <SandboxUi>
            <main>
                <h1>{ "A course in shell" }</h1>
                { for LESSONS.iter().map(|lesson| html! { <LessonPart key={lesson.name} {lesson} /> }) }
            </main>
        </SandboxUi>
    }
}

#[derive(PartialEq, Properties)]
struct LessonProps {
    lesson: &'static Lesson,
}

/// What is taught, and a sandbox once it is seen.
#[component]
fn LessonPart(props: &LessonProps) -> Html {
    let lesson = props.lesson;
    let place = use_node_ref();
    let is_seen = use_visible(place.clone(), true);
    let kept = use_local_storage::<String>(format!("course-{}", lesson.name));
    let id = use_memo((), |()| (*kept).clone());
    let title = format!("lesson-{}", lesson.name);
    let start = || html! { <InitScreen /> };
    html! {
        <section ref={place} aria-labelledby={title.clone()}>
            <h2 id={title}>{ lesson.title }</h2>
            <p>{ lesson.text }</p>
            if is_seen {
                <SandboxProvider
                    id={(*id).clone()}
                    loading={Callback::from(move |_| start())}
                    failed={Callback::from(move |_| start())}
                >
                    <DocumentsProvider>
                        <Exercise {lesson} on_id={Callback::from(move |id| kept.set(id))} />
                    </DocumentsProvider>
                </SandboxProvider>
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct ExerciseProps {
    lesson: &'static Lesson,
    on_id: Callback<String>,
}

/// The file, a button that runs it, and what came of it.
#[component]
fn Exercise(props: &ExerciseProps) -> Html {
    let lesson = props.lesson;
    let sandbox = use_sandbox();
    let documents = use_documents();
    let beginning = {
        let fs = sandbox.fs();
        use_async(async move {
            // What a learner wrote before stays.
            let only_new = WriteOptions {
                overwrite: false,
                ..WriteOptions::default()
            };
            match fs.write_with(FILE, lesson.begin, only_new).await {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(Rc::new(error)),
                _ => Ok(()),
            }
        })
    };
    {
        let (begin, on_id) = (beginning.clone(), props.on_id.clone());
        use_effect_with(sandbox.id(), move |id| {
            if let Some(id) = id {
                on_id.emit(id.clone());
                begin.run();
            }
        });
    }
    let trying = use_async(async move {
        if let Some(text) = documents.get(FILE).text().cloned() {
            sandbox.fs().write(FILE, text.to_string()).await?;
        }
        let outcome = sandbox.commands().run(&format!("sh {FILE}")).await;
        match outcome {
            Ok(output) => Ok(output.text().replace('\r', "")),
            Err(error) => match error.command() {
                Some(output) => Ok(output.text().replace('\r', "")),
                None => Err::<_, Rc<Error>>(Rc::new(error)),
            },
        }
    });
    let run = {
        let trying = trying.clone();
        Callback::from(move |_| trying.run())
    };
    let error = beginning.error.as_ref().or(trying.error.as_ref());
    let verdict = match (&trying.data, error) {
        (_, Some(error)) => error.to_string(),
        (Some(output), None) if output.trim() == lesson.goal => "Done.".to_owned(),
        (Some(_), None) => "Not yet.".to_owned(),
        (None, None) => String::new(),
    };
    html! {
        <>
            <CodeEditor path={FILE} />
            <p>
                <button onclick={run} disabled={trying.loading}>{ "Run" }</button>
                { " " }<span role="status" aria-label="Verdict">{ verdict }</span>
            </p>
            <CommandOutput text={trying.data.clone().unwrap_or_default()} />
        </>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
