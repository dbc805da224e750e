//! What the agent does: put a model in its place.

/// One thing that it does.
pub(crate) enum Step {
    /// Says what it is about.
    Say(&'static str),
    /// Writes a file, piece by piece.
    Write(&'static str, &'static str),
    /// Runs the tests.
    Test,
}

/// The file that is shown first.
pub(crate) const PROGRAM: &str = "greet.sh";
/// The tests' command.
pub(crate) const TESTS: &str = "sh test.sh";

/// All of it.
pub(crate) const PLAN: &[Step] = &[
    Step::Say("I write down what the greeting has to do."),
    Step::Write(
        "test.sh",
        "# The greeting names whoever is greeted, or the world.\n\
         fail() { echo \"failed: $1\"; exit 1; }\n\
         [ \"$(sh greet.sh Ada)\" = 'Hello, Ada!' ] || fail 'Ada is greeted by name'\n\
         [ \"$(sh greet.sh)\" = 'Hello, world!' ] || fail 'without a name it is the world'\n\
         echo 'all tests passed'\n",
    ),
    Step::Say("A first try."),
    Step::Write(PROGRAM, "# Greets.\necho \"Hello, $1!\"\n"),
    Step::Test,
    Step::Say("Without a name nobody is greeted. The world is missing."),
    Step::Write(PROGRAM, "# Greets.\necho \"Hello, ${1:-world}!\"\n"),
    Step::Test,
];
