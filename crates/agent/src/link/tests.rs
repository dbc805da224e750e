//! Messages over pipes of any size, and bytes that are none.

use tokio::io::AsyncWriteExt;

use super::writer::PART_LENGTH;
use super::*;

fn messages() -> Vec<Message> {
    vec![
        Message::Ready {
            workspace_path: "/project/workspace".into(),
            version: VERSION.into(),
        },
        Message::Open {
            client: 7,
            visitor: Visitor::new(Permission::Read, "Ada", "u1"),
        },
        Message::Frame {
            client: u32::MAX,
            payload: Bytes::new(),
        },
        Message::Frame {
            client: 7,
            payload: Bytes::from(vec![5; MAX_FRAME]),
        },
        Message::Ping { client: 7 },
        Message::Behind {
            client: 7,
            is_behind: true,
        },
        Message::Behind {
            client: 7,
            is_behind: false,
        },
        Message::Close {
            client: 7,
            code: 1002,
            reason: "no frame".into(),
        },
        Message::Hibernate,
        Message::Over {
            reason: Some("over a limit".into()),
        },
        Message::Over { reason: None },
        Message::Allowance(Allowance {
            memory: None,
            millicores: Some(500),
            disk: u64::MAX,
            disk_used: 0,
        }),
    ]
}

#[tokio::test]
async fn messages_arrive_as_they_were_sent_whatever_the_size_of_the_pipe() {
    for size in [1024, 1 << 20] {
        let (near, far) = tokio::io::duplex(size);
        let sender = tokio::spawn(async move {
            let mut writer = LinkWriter::new(near);
            for message in messages() {
                writer.write(&message).await.unwrap();
            }
            writer.flush().await.unwrap();
        });
        let mut reader = LinkReader::new(far);
        for message in messages() {
            assert!(reader.read().await.unwrap() == Some(message));
        }
        assert_eq!(reader.read().await.unwrap(), None);
        sender.await.unwrap();
    }
}

#[tokio::test]
async fn large_frame_goes_in_parts_and_can_be_put_together() {
    for (length, expected) in [
        (PART_LENGTH, 1),
        (PART_LENGTH + 1, 2),
        (MAX_FRAME, MAX_FRAME.div_ceil(PART_LENGTH)),
    ] {
        let payload: Bytes = (0..length).map(|place| (place % 251) as u8).collect();
        let message = Message::Frame { client: 7, payload };
        let mut bytes = Vec::new();
        let mut writer = LinkWriter::new(&mut bytes).in_parts();
        writer.write(&message).await.unwrap();
        writer.flush().await.unwrap();
        let mut reader = LinkReader::new(bytes.as_slice());
        let mut parts = crate::Parts::default();
        let mut count = 0;
        let mut whole = None;
        while let Some(part) = reader.read().await.unwrap() {
            assert!(whole.is_none(), "a part after the last one");
            count += 1;
            whole = parts.take(part);
        }
        assert!(whole == Some(message), "{length}");
        assert_eq!(count, expected, "{length}");
    }
}

#[tokio::test]
async fn a_read_that_is_dropped_loses_nothing() {
    let (mut near, far) = tokio::io::duplex(64);
    let mut reader = LinkReader::new(far);
    for byte in [0, 0, 0, 6, FRAME, 0, 0, 0, 9] {
        near.write_all(&[byte]).await.unwrap();
        tokio::select! {
            biased;
            message = reader.read() => panic!("{message:?} is not whole"),
            () = tokio::task::yield_now() => {}
        }
    }
    near.write_all(b"x").await.unwrap();
    let message = reader.read().await.unwrap().unwrap();
    assert_eq!(format!("{message:?}"), "Frame { client: 9, bytes: 1 }");
}

#[tokio::test]
async fn what_is_no_message_is_invalid_data() {
    let broken: [&[u8]; 8] = [
        &[0, 0, 0, 5, BEHIND, 0, 0, 0, 1],
        &[0, 0, 0, 6, BEHIND, 0, 0, 0, 1, 2],
        &[0xff, 0xff, 0xff, 0xff, FRAME, 0, 0, 0, 1],
        &[0, 0, 0, 4, FRAME, 0, 0, 0],
        &[0, 0, 0, 5, 99, 0, 0, 0, 0],
        &[0, 0, 0, 6, CLOSE, 0, 0, 0, 0, 1],
        &[0, 0, 0, 8, CLOSE, 0, 0, 0, 0, 1, 1, 0xff],
        &[0, 0, 0, 6, OPEN, 0, 0, 0, 1, b'{'],
    ];
    for bytes in broken {
        let error = LinkReader::new(bytes).read().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{error}");
    }
    let cut = LinkReader::new(&[0u8, 0, 0, 9, FRAME][..]).read().await;
    assert_eq!(cut.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

#[tokio::test(start_paused = true)]
async fn memory_of_large_messages_is_used_again_while_they_come() {
    const LENGTH: usize = 512 * 1024;
    let (near, far) = tokio::io::duplex(64 * 1024);
    let mut writer = LinkWriter::new(near);
    let mut reader = LinkReader::new(far);
    let mut pass = async |content: u8| {
        let message = Message::Frame {
            client: 1,
            payload: vec![content; LENGTH].into(),
        };
        let write = async {
            writer.write(&message).await.unwrap();
            writer.flush().await.unwrap();
        };
        match tokio::join!(write, reader.read()).1.unwrap() {
            Some(Message::Frame { payload, .. }) => {
                assert!(payload.iter().all(|byte| *byte == content));
                payload
            }
            other => panic!("{other:?}"),
        }
    };
    let place = |payload: &Bytes| payload.as_ptr() as usize;

    let first = pass(1).await;
    let second = pass(2).await;
    assert!(first.iter().all(|byte| *byte == 1), "somebody has it still");
    let (was_first, was_second) = (place(&first), place(&second));
    assert!(was_first.abs_diff(was_second) >= LENGTH);
    drop(first);
    let third = pass(3).await;
    // It may begin a little later in it.
    assert!(place(&third).abs_diff(was_first) < 1024);
    assert!(second.iter().all(|byte| *byte == 2));

    drop((second, third));
    let later = tokio::time::Duration::from_secs(2);
    tokio::time::timeout(later, reader.read())
        .await
        .expect_err("nothing comes");
    assert!(reader.remembers_nothing(), "memory is kept for nobody");
}

/// Memory of a large message took in many that followed, and each of them moved all behind it.
#[tokio::test]
async fn what_is_read_ahead_is_little_whatever_memory_it_goes_to() {
    let frame = |length: usize| Message::Frame {
        client: 1,
        payload: vec![7; length].into(),
    };
    let (near, far) = tokio::io::duplex(4 << 20);
    let mut writer = LinkWriter::new(near);
    let mut reader = LinkReader::new(far);
    for length in [1_000_000, 200_000, 200_000, 200_000, 100, 200_000, 100] {
        writer.write(&frame(length)).await.unwrap();
    }
    writer.flush().await.unwrap();
    for _ in 0..7 {
        reader.read().await.unwrap();
        assert!(reader.read_ahead() <= CHUNK, "{}", reader.read_ahead());
    }
}
