//! Asks the kernel for the sockets that listen, over netlink (`sock_diag(7)`).
//!
//! It looks at those alone. To read its tables takes it 100 times as long, because it goes through all connections that there could be.

use std::io;

use netlink_packet_core::{
    NLM_F_DUMP, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_sock_diag::SockDiagMessage;
use netlink_packet_sock_diag::constants::{AF_INET, AF_INET6, IPPROTO_TCP};
use netlink_packet_sock_diag::inet::{ExtensionFlags, InetRequest, SocketId, StateFlags};
use rustix::fd::{AsFd, OwnedFd};
use rustix::net::{self, AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink};

use super::listeners::Listener;

/// The kernel fills it with as many answers as it has room for, and needs at least a page.
const ROOM: usize = 32 * 1024;

/// All that listen now.
///
/// # Errors
/// The kernel does not answer such questions, or not in a way that is known.
pub(super) fn listeners() -> io::Result<Vec<Listener>> {
    let socket = net::socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        Some(netlink::SOCK_DIAG),
    )?;
    let mut found = Vec::new();
    ask(&socket, AF_INET, SocketId::new_v4(), &mut found)?;
    ask(&socket, AF_INET6, SocketId::new_v6(), &mut found)?;
    Ok(found)
}

fn ask(
    socket: &OwnedFd,
    family: u8,
    socket_id: SocketId,
    found: &mut Vec<Listener>,
) -> io::Result<()> {
    let request = InetRequest {
        family,
        protocol: IPPROTO_TCP,
        extensions: ExtensionFlags::empty(),
        states: StateFlags::LISTEN,
        socket_id,
    };
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST | NLM_F_DUMP;
    let payload = NetlinkPayload::from(SockDiagMessage::InetRequest(request));
    let mut message = NetlinkMessage::new(header, payload);
    message.finalize();
    let mut buffer = vec![0; message.buffer_len()];
    message.serialize(&mut buffer);
    net::send(socket.as_fd(), &buffer, SendFlags::empty())?;
    buffer.resize(ROOM, 0);
    loop {
        // The answer is there once the question was sent.
        let (read, _) = net::recv(socket, &mut buffer, RecvFlags::DONTWAIT)?;
        if take_in(&buffer[..read], found)? {
            return Ok(());
        }
    }
}

/// Takes a datagram of answers in, and says whether it was the last.
fn take_in(mut answers: &[u8], found: &mut Vec<Listener>) -> io::Result<bool> {
    while !answers.is_empty() {
        let answer = NetlinkMessage::<SockDiagMessage>::deserialize(answers);
        let answer = answer.map_err(|error| invalid(error.to_string()))?;
        match answer.payload {
            NetlinkPayload::Done(_) => return Ok(true),
            NetlinkPayload::Error(error) => return Err(error.to_io()),
            NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(response)) => {
                let header = response.header;
                let (address, port) = (
                    header.socket_id.source_address,
                    header.socket_id.source_port,
                );
                found.extend(Listener::reached(address, port, header.inode.into()));
            }
            _ => {}
        }
        // Each begins at a multiple of four.
        let length = (answer.header.length as usize).next_multiple_of(4);
        answers = answers.get(length..).unwrap_or_default();
    }
    Ok(false)
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_answer_is_an_error() {
        assert!(!take_in(&[], &mut Vec::new()).expect("nothing"));
        for bytes in [&[0_u8; 16][..], &[255; 16], &[16, 0, 0, 0, 20, 0]] {
            assert!(take_in(bytes, &mut Vec::new()).is_err(), "{bytes:?}");
        }
    }
}
