import { describe, expect, test } from "vitest";
import {
  createFrameReader,
  parseFrame,
  renderFrame,
  STATUS_LIMIT_CHARS,
  type Frame,
} from "../../../src/hub/frames.ts";

/** As the first release that has them writes them. A test that fails here means: older releases no longer understand this one. */
const FROZEN: [string, Frame][] = [
  ['{"type":"hello","memberID":"m","release":1}\n', { type: "hello", memberID: "m", release: 1 }],
  ['{"type":"beat"}\n', { type: "beat" }],
  [
    '{"type":"click","envelopeID":"e","click":"{}","expiresAt":1}\n',
    { type: "click", envelopeID: "e", click: "{}", expiresAt: 1 },
  ],
  ['{"type":"received","envelopeID":"e"}\n', { type: "received", envelopeID: "e" }],
  ['{"type":"ask-status","askID":"a"}\n', { type: "ask-status", askID: "a" }],
  ['{"type":"status","askID":"a","memberID":"m"}\n', { type: "status", askID: "a", memberID: "m" }],
  [
    '{"type":"status","askID":"a","memberID":"m","status":"{}"}\n',
    { type: "status", askID: "a", memberID: "m", status: "{}" },
  ],
];

function status(chars: number): Frame {
  return { type: "status", askID: "a", memberID: "m", status: "x".repeat(chars) };
}

describe("a frame", () => {
  test.each(FROZEN)("is written and read as since its first release: %j", (line, frame) => {
    expect(renderFrame(frame)).toBe(line);
    expect(parseFrame(line)).toEqual(frame);
  });

  test("may carry fields of a later release", () => {
    expect(parseFrame('{"type":"beat","load":3}')).toEqual({ type: "beat" });
  });

  test.each(['{"type":"hello","memberID":"m"}', '{"type":"hello","memberID":"m","release":"next"}'])(
    "says who is there also where it does not say of which release: %s",
    (line) => {
      expect(parseFrame(line)).toEqual({ type: "hello", memberID: "m" });
    },
  );

  test("of a later release is unknown", () => {
    expect(parseFrame('{"type":"goodbye"}')).toBe("unknown");
  });

  test("about a status that is too long is ignored, as one of a later release", () => {
    expect(parseFrame(renderFrame(status(STATUS_LIMIT_CHARS)))).toEqual(status(STATUS_LIMIT_CHARS));
    expect(parseFrame(renderFrame(status(STATUS_LIMIT_CHARS + 1)))).toBe("unknown");
    expect(parseFrame(renderFrame({ type: "ask-status", askID: "a".repeat(101) }))).toBe("unknown");
  });

  test.each([
    "",
    "{",
    "null",
    "7",
    "[]",
    "{}",
    '{"type":7}',
    '{"type":"hello"}',
    '{"type":"hello","memberID":""}',
    '{"type":"click","envelopeID":"e","click":{},"expiresAt":1}',
    '{"type":"click","envelopeID":"e","click":"{}","expiresAt":"1"}',
    '{"type":"received","envelopeID":null}',
    '{"type":"ask-status"}',
    '{"type":"status","askID":"a"}',
    '{"type":"status","askID":"a","memberID":"m","status":{}}',
  ])("that is none is malformed: %s", (line) => {
    expect(parseFrame(line)).toBe("malformed");
  });
});

function read(...chunks: string[]) {
  const frames: Frame[] = [];
  const reader = createFrameReader((frame) => frames.push(frame));
  return { frames, outcomes: chunks.map((chunk) => reader(chunk)) };
}

describe("a reader of frames", () => {
  test("puts frames together from pieces, and takes several from one", () => {
    const hello = '{"type":"hello","memberID":"m"}\n';
    const { frames } = read(hello.slice(0, 9), hello.slice(9) + hello, '{"type":"bea', 't"}', "\n");
    expect(frames.map(({ type }) => type)).toEqual(["hello", "hello", "beat"]);
  });

  test("reads nothing behind what is malformed", () => {
    const { frames, outcomes } = read('{"type":"beat"}\nrubbish\n{"type":"beat"}\n');
    expect(outcomes).toEqual(["malformed"]);
    expect(frames).toHaveLength(1);
  });

  test("does not gather an endless line", () => {
    const mebibyte = "x".repeat(1024 * 1024);
    expect(read(mebibyte, mebibyte, mebibyte, mebibyte, "x").outcomes).toEqual([
      "read",
      "read",
      "read",
      "read",
      "malformed",
    ]);
  });
});
