//! What it says.

use crate::ui::words;

words! {
    /// The words of `TaskList`.
    TaskListWords {
        /// The list's name.
        title = "Tasks";
        /// Where there are none.
        none = "No tasks. They stand in .codesandbox/tasks.json.";
        /// Where the file has a mistake.
        broken(reason: &str) = format!("A mistake in .codesandbox/tasks.json: {reason}");
        /// A task that does not run.
        idle = "Not running";
        /// A task that runs.
        running = "Running";
        /// A task that ended well.
        done = "Done";
        /// A task that failed.
        failed(code: i32) = format!("Failed with exit code {code}");
        /// On the button that runs a task.
        run(task: &str) = format!("Run {task}");
        /// On the button that stops a task.
        stop(task: &str) = format!("Stop {task}");
        /// On the button that restarts a task.
        restart(task: &str) = format!("Restart {task}");
        /// On the button that shows a task's output.
        open(task: &str) = format!("Output of {task}");
        /// On the button that shows a port.
        open_port(port: u16) = format!("Open port {port}");
    }
}
