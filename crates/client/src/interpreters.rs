//! Snippets of code, and their values.

use std::future::Future;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::send::MaybeSend;
use crate::shell::{CommandOptions, quote};

/// Longest snippet in bytes. Linux takes at most 128 KiB in one argument, and quoting makes it longer.
const MOST_CODE: usize = 32 * 1024;

/// Runs the statements of its first argument, and prints the value of the last where it is an expression.
const PYTHON: &str = "\
import ast, sys
tree = ast.parse(sys.argv.pop(1))
last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
names = {'__name__': '__main__'}
exec(compile(tree, '<code>', 'exec'), names)
value = eval(compile(ast.Expression(last.value), '<code>', 'eval'), names) if last else None
if value is not None: print(value)
";

/// Runs snippets of code in the sandbox. The programs are the sandbox's own.
///
/// ```
/// # async fn example(client: yew_sandbox_client::Client) -> Result<(), yew_sandbox_client::Error> {
/// let value = client.interpreters().javascript("const a = 6\na * 7").await?;
/// assert_eq!(value, "42");
/// let value = client.interpreters().python("a = 6\na * 7").await?;
/// assert_eq!(value, "42");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Interpreters {
    client: Client,
}

impl Interpreters {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// What the code prints, and the value of its last expression, as node shows it.
    ///
    /// # Errors
    /// `CommandFailed` where the code throws, with what was printed in [`Error::command`]; `TooLarge` past 32 KiB.
    pub fn javascript(
        &self,
        code: &str,
    ) -> impl Future<Output = Result<String, Error>> + MaybeSend + use<> {
        self.run("node -p ", code)
    }

    /// What the code prints, and the value of its last expression, as `print` shows it.
    ///
    /// # Errors
    /// `CommandFailed` where the code raises, with the traceback in [`Error::command`]; `TooLarge` past 32 KiB.
    pub fn python(
        &self,
        code: &str,
    ) -> impl Future<Output = Result<String, Error>> + MaybeSend + use<> {
        let mut program = "python3 -c ".to_owned();
        quote(PYTHON, &mut program);
        program.push(' ');
        self.run(&program, code)
    }

    fn run(
        &self,
        program: &str,
        code: &str,
    ) -> impl Future<Output = Result<String, Error>> + MaybeSend + use<> {
        let output = (code.len() <= MOST_CODE).then(|| {
            let mut command = program.to_owned();
            quote(code, &mut command);
            let options = CommandOptions {
                environment: vec![("NO_COLOR".to_owned(), "1".to_owned())],
                ..CommandOptions::default()
            };
            self.client.commands().run_with(&command, options)
        });
        async move {
            let Some(output) = output else {
                let message = "the code is longer than 32 KiB; write it to a file and run that";
                return Err(Error::new(ErrorKind::TooLarge, message));
            };
            let text = output.await?.into_text();
            Ok(text.trim_end().replace("\r\n", "\n"))
        }
    }
}
