//! `port/*`: what listens inside.

use crate::request::{notifications, requests};
use crate::wire::record;

record! {
    /// A port that something listens on.
    #[derive(Eq)]
    pub struct Port {
        /// Its number.
        "port" => port: u16,
        /// The host under which it is reached from outside, without a scheme.
        "url" => url: String,
    }
}

record! {
    /// `port/list`: all ports.
    pub struct List;
}

record! {
    /// All ports, lowest first: the answer to [`List`], and `port/changed`.
    #[derive(Eq)]
    pub struct Ports {
        /// The ports.
        "list" => list: Vec<Port>,
    }
}

requests! {
    List: "port/list" -> Ports, Repeatable;
}

notifications! {
    Ports: "port/changed";
}
