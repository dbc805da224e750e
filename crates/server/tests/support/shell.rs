//! Commands inside a sandbox, over its WebSocket.

use yew_sandbox_protocol::shell::{Create, Exited, Output, ShellType};
use yew_sandbox_protocol::{Notification, ServerFrame, decode};

use super::Socket;

impl Socket {
    /// Starts a command, and gives its shell's id.
    pub async fn start(&mut self, command: &str) -> String {
        self.try_start(command).await.unwrap()
    }

    /// Starts a command, perhaps.
    pub async fn try_start(
        &mut self,
        command: &str,
    ) -> Result<String, yew_sandbox_protocol::WireError> {
        let request = Create {
            command: Some(command.to_owned()),
            cwd: None,
            size: None,
            kind: Some(ShellType::Command),
            is_system_shell: None,
        };
        self.call(&request).await.map(|shell| shell.id)
    }

    /// What a shell still says, and how it ends.
    pub async fn end_of(&mut self, shell: &str) -> (String, i32) {
        let mut all = String::new();
        loop {
            let frame = ServerFrame::decode(&self.frame().await).unwrap();
            let ServerFrame::Notification { method, params } = frame else {
                continue;
            };
            self.notifications.push(method.clone());
            if method == Output::METHOD {
                let output: Output = decode(&params).unwrap();
                if output.shell_id == shell {
                    all.push_str(output.out.as_str());
                }
            } else if method == Exited::METHOD {
                let exited: Exited = decode(&params).unwrap();
                if exited.shell_id == shell {
                    return (all, exited.exit_code);
                }
            }
        }
    }

    /// What a command says, and how it ends.
    pub async fn run(&mut self, command: &str) -> (String, i32) {
        let shell = self.start(command).await;
        self.end_of(&shell).await
    }
}
