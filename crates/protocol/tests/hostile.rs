//! Bytes from outside: strict about shape, generous about numbers, and never a panic.

#![allow(clippy::unwrap_used)] // A test fails by panicking.

use bytes::Bytes;
use yew_sandbox_protocol::limits::MAX_DEPTH;
use yew_sandbox_protocol::msgpack::{DecodeErrorKind, Reader, Writer};
use yew_sandbox_protocol::{
    ClientFrame, Decode, ServerFrame, WireError, decode, encode_answer, encode_request, fs, setup,
};

fn kind<T: Decode + std::fmt::Debug>(bytes: &[u8]) -> DecodeErrorKind {
    decode::<T>(&Bytes::copy_from_slice(bytes))
        .unwrap_err()
        .kind
}

#[test]
fn whole_numbers_come_in_any_width_and_as_floats() {
    let forms: [&[u8]; 10] = [
        &[0x07],
        &[0xcc, 7],
        &[0xcd, 0, 7],
        &[0xce, 0, 0, 0, 7],
        &[0xcf, 0, 0, 0, 0, 0, 0, 0, 7],
        &[0xd0, 7],
        &[0xd1, 0, 7],
        &[0xd2, 0, 0, 0, 7],
        &[0xca, 0x40, 0xe0, 0, 0],
        &[0xcb, 0x40, 0x1c, 0, 0, 0, 0, 0, 0],
    ];
    for form in forms {
        let bytes = Bytes::copy_from_slice(form);
        assert_eq!(decode::<u32>(&bytes), Ok(7), "{form:x?}");
        assert_eq!(decode::<f64>(&bytes), Ok(7.0), "{form:x?}");
    }
    assert_eq!(decode::<i64>(&Bytes::from_static(&[0xd0, 0x80])), Ok(-128));
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    assert_eq!(kind::<u8>(&[0xcd, 1, 0]), DecodeErrorKind::Range);
    assert_eq!(kind::<u32>(&[0xff]), DecodeErrorKind::Range);
    assert_eq!(
        kind::<u64>(&[0xcf, 0xff, 0, 0, 0, 0, 0, 0, 0]),
        DecodeErrorKind::Range
    );
    let half = [0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0];
    assert_eq!(kind::<i64>(&half), DecodeErrorKind::Range);
    let infinity = [0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0];
    assert_eq!(kind::<i64>(&infinity), DecodeErrorKind::Range);
    let not_a_number = [0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0];
    assert_eq!(kind::<i64>(&not_a_number), DecodeErrorKind::Range);
}

#[test]
fn nil_and_absent_are_the_same_and_unknown_fields_are_passed_over() {
    let mut writer = Writer::new();
    writer.map(4);
    writer.text("future");
    writer.map(1);
    writer.text("a");
    writer.array(2);
    writer.nil();
    writer.float(0.5);
    writer.text("path");
    writer.text("x");
    writer.text("recursive");
    writer.nil();
    writer.text("more");
    writer.binary(&[1, 2]);
    let with_nil: fs::MakeDir = decode(&writer.finish()).unwrap();
    let absent: fs::MakeDir = decode(&Bytes::from_static(b"\x81\xa4path\xa1x")).unwrap();
    assert_eq!(with_nil, absent);
    assert_eq!(absent.recursive, None);
}

#[test]
fn requests_without_fields_take_nil_for_their_parameters() {
    let frame = ClientFrame::decode(&Bytes::from_static(
        b"\x83\xa2id\x01\xa6method\xa9setup/get\xa6params\xc0",
    ))
    .unwrap();
    assert_eq!(frame.params::<setup::Get>(), Ok(setup::Get));
    let absent = ClientFrame::decode(&Bytes::from_static(
        b"\x82\xa2id\x01\xa6method\xa9setup/get",
    ))
    .unwrap();
    assert_eq!(absent.params::<setup::Get>(), Ok(setup::Get));
}

#[test]
fn the_error_names_the_field() {
    let missing = decode::<fs::ReadFile>(&Bytes::from_static(b"\x80")).unwrap_err();
    assert_eq!(missing.to_string(), "path: the field is missing");
    let wrong = decode::<fs::ReadFile>(&Bytes::from_static(b"\x81\xa4path\x01")).unwrap_err();
    assert_eq!(wrong.to_string(), "path: expected text");
}

#[test]
fn lengths_beyond_the_input_are_refused_before_anything_is_allocated() {
    let four_billion = [0xdd, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(kind::<Vec<u8>>(&four_billion), DecodeErrorKind::Truncated);
    assert_eq!(
        kind::<Bytes>(&[0xc6, 0xff, 0xff, 0xff, 0xff, 1]),
        DecodeErrorKind::Truncated
    );
    assert_eq!(
        kind::<String>(&[0xdb, 0xff, 0xff, 0xff, 0xff]),
        DecodeErrorKind::Truncated
    );
    assert_eq!(
        kind::<()>(&[0xdf, 0xff, 0xff, 0xff, 0xff]),
        DecodeErrorKind::Truncated
    );
    assert_eq!(
        kind::<()>(&[0xc9, 0xff, 0xff, 0xff, 0xff, 1]),
        DecodeErrorKind::Truncated
    );
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| {
        let mut bytes = vec![0x91; depth];
        bytes.push(0xc0);
        Bytes::from(bytes)
    };
    assert_eq!(decode::<()>(&nested(MAX_DEPTH)), Ok(()));
    let error = decode::<()>(&nested(MAX_DEPTH + 1)).unwrap_err();
    assert_eq!(error.kind, DecodeErrorKind::Depth);
    let error = decode::<()>(&nested(1_000_000)).unwrap_err();
    assert_eq!(error.kind, DecodeErrorKind::Depth);
}

#[test]
fn trailing_bytes_unused_markers_and_bad_text_are_refused() {
    assert_eq!(kind::<bool>(&[0xc3, 0xc3]), DecodeErrorKind::Trailing);
    assert_eq!(kind::<()>(&[0xc1]), DecodeErrorKind::Marker(0xc1));
    assert_eq!(kind::<String>(&[0xa1, 0xff]), DecodeErrorKind::Text);
    assert_eq!(kind::<bool>(&[]), DecodeErrorKind::Truncated);
}

#[test]
fn skipping_passes_over_every_type() {
    let values: [&[u8]; 14] = [
        &[0xc0],
        &[0xc2],
        &[0xe0],
        &[0xca, 0, 0, 0, 0],
        &[0xd3, 0, 0, 0, 0, 0, 0, 0, 0],
        &[0xc5, 0, 1, 9],
        &[0xd9, 1, b'a'],
        &[0xd4, 1, 2],
        &[0xd8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        &[0xc7, 2, 1, 8, 8],
        &[0xc8, 0, 1, 1, 8],
        &[0xdc, 0, 1, 0xc0],
        &[0xde, 0, 1, 0xc0, 0xc0],
        &[0x92, 0x81, 0xa1, b'k', 0x90, 0x01],
    ];
    for value in values {
        let mut bytes = value.to_vec();
        bytes.push(0x2a);
        let bytes = Bytes::from(bytes);
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.raw().unwrap(), value);
        assert_eq!(reader.integer(), Ok(0x2a), "{value:x?}");
    }
}

#[test]
fn an_error_with_foreign_data_keeps_its_code() {
    let bytes =
        Bytes::from_static(b"\x83\xa4code\xcd\x01\xa4\xa7message\xa1m\xa4data\x93\x01\x02\x03");
    let error: WireError = decode(&bytes).unwrap();
    assert_eq!((error.code.0, error.errno), (420, None));
}

#[test]
fn a_frame_that_is_neither_answer_nor_notification_is_refused() {
    for bytes in [
        &b"\x80"[..],
        b"\x81\xa2id\x01",
        b"\x81\xa6params\xc0",
        b"\x01",
        b"",
    ] {
        assert!(ServerFrame::decode(&Bytes::copy_from_slice(bytes)).is_err());
    }
}

#[test]
fn mutated_and_random_frames_never_panic() {
    let mut random = fastrand::Rng::with_seed(1);
    let seeds = [
        encode_request(
            7,
            &fs::Watch {
                path: "a".into(),
                recursive: Some(true),
                excludes: Some(vec!["**/node_modules/**".into()]),
            },
        ),
        encode_answer(
            7,
            "fs/readFile",
            &fs::ReadFileAnswer {
                content: vec![1; 300].into(),
            },
        ),
    ];
    let mut accepted = 0;
    for round in 0..200_000 {
        let mut bytes = seeds[round % seeds.len()].to_vec();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..bytes.len());
            match random.u8(..3) {
                0 => bytes[at] = random.u8(..),
                1 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, random.u8(..)),
            }
        }
        let bytes = Bytes::from(bytes);
        if let Ok(frame) = ClientFrame::decode(&bytes) {
            accepted += usize::from(frame.params::<fs::Watch>().is_ok());
        }
        let _ = ServerFrame::decode(&bytes);
        let _ = decode::<setup::Progress>(&bytes);
    }
    assert!(accepted > 0, "some mutations keep a frame whole");
}
