//! What is taught.

/// One lesson.
#[derive(PartialEq)]
pub(crate) struct Lesson {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
    /// What the file begins with.
    pub(crate) begin: &'static str,
    /// What the file has to print.
    pub(crate) goal: &'static str,
}

/// All of them, in order.
pub(crate) const LESSONS: &[Lesson] = &[
    Lesson {
        name: "echo",
        title: "1. Print",
        text: "echo prints its arguments. Let it print: hello",
        begin: "echo good bye\n",
        goal: "hello",
    },
    Lesson {
        name: "variables",
        title: "2. Remember",
        text: "A dollar sign before a name stands for its value. Print the name that is remembered.",
        begin: "name=Ada\necho name\n",
        goal: "Ada",
    },
    Lesson {
        name: "arithmetic",
        title: "3. Calculate",
        text: "What stands in $(( )) is calculated. Print the product of 6 and 7.",
        begin: "echo $((6 + 7))\n",
        goal: "42",
    },
    Lesson {
        name: "loops",
        title: "4. Repeat",
        text: "for goes through a list. Count to three, each number on a line.",
        begin: "for n in 1 2; do\n  echo $n\ndone\n",
        goal: "1\n2\n3",
    },
];
