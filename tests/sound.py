"""The sound of a message that came in: made here, kept as static/sound/message.wav.

``python -m tests.sound`` writes it anew.
"""

import io
import math
import struct
import wave

from raspisms.paths import STATIC

PATH = STATIC / "sound" / "message.wav"
RATE = 8_000  # samples a second: enough for its highest overtone, and little to load
SECONDS = 0.5
LOUDNESS = 0.35
#: When each note begins, in seconds, and its pitch in hertz: G5, then C6, as a small bell.
NOTES = ((0.0, 783.99), (0.11, 1046.5))
#: The overtones of a bell: how many times the pitch, and how loud.
OVERTONES = ((1.0, 0.8), (2.0, 0.15), (3.0, 0.05))


def make() -> bytes:
    """The whole file: 16 bits, one channel."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        samples = (_sample(number / RATE) for number in range(int(RATE * SECONDS)))
        sound.writeframes(b"".join(struct.pack("<h", round(one * 32_767)) for one in samples))
    return file.getvalue()


def _sample(at: float) -> float:
    end = min(1.0, (SECONDS - at) / 0.05)  # it ends softly, without a click
    return LOUDNESS * end * sum(_note(at - begin, pitch) for begin, pitch in NOTES) / len(NOTES)


def _note(at: float, pitch: float) -> float:
    if at < 0:
        return 0.0
    shape = min(1.0, at / 0.004) * math.exp(-9 * at)  # struck, then fading
    waves = (loud * math.sin(math.tau * times * pitch * at) for times, loud in OVERTONES)
    return shape * sum(waves)


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_bytes(make())
