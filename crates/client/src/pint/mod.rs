//! Agents that speak REST and server-sent events: sessions with `isPint`.
//!
//! The machine of the client does not know of them. A *bridge* stands where the socket stands: it takes the client's requests, calls
//! the agent's REST interface, and answers with the frames that an agent on a WebSocket would send. Dropping the socket ends every
//! call and stream that is under way.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `agent`, `api` | where the agent is, and the JSON that it speaks |
//! | `rest`, `sse`, `slots` | calls, streams of events, and how many are under way |
//! | `bridge`, `dispatch`, `failure` | frames in, frames out; what becomes of errors |
//! | `files`, `exact`, `changes`, `paths` | files, their exact bytes, and the order of changes |
//! | `watches`, `stamps` | watches, which are looks at intervals |
//! | `shells`, `follower`, `output`, `execs`, `input`, `memory` | shells on the agent's execs |
//! | `tasks`, `setup`, `ports` | tasks, steps, ports |
//! | `lists`, `process`, `argv` | what several use: streams of lists, processes of the bridge's own, arguments |

mod agent;
mod api;
mod argv;
mod bridge;
mod changes;
mod dispatch;
mod exact;
mod execs;
mod failure;
mod files;
mod follower;
mod input;
mod lists;
mod memory;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
mod native;
mod output;
mod paths;
mod ports;
mod process;
mod rest;
mod setup;
mod shells;
mod slots;
mod sse;
mod stamps;
mod tasks;
mod time;
mod watches;
#[cfg(all(feature = "web", target_arch = "wasm32"))]
mod web;

pub(crate) use agent::Agent;
pub(crate) use bridge::open;
pub(crate) use memory::Memory;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub(crate) use native::NativeHttp;
#[cfg(all(feature = "web", target_arch = "wasm32"))]
pub(crate) use web::WebHttp;
