"""Who a synthetic person is: every parameter that stays the same in all their pictures.

Lengths are centimetres on the head, angles degrees, colours RGB 0 … 1. Pose, light and expression live in facekit.synthetic.view.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

Colour = tuple[float, float, float]

# One stream of random numbers for each purpose, so that seeds of persons, views and backgrounds never meet.
IDENTITY_STREAM = 101

_GOLDEN = 0.6180339887  # multiples of it, modulo 1, fill 0 … 1 evenly from the first on
_SKIN: tuple[Colour, ...] = (
    (0.99, 0.86, 0.79),
    (0.95, 0.78, 0.68),
    (0.91, 0.73, 0.62),
    (0.85, 0.65, 0.50),
    (0.74, 0.53, 0.38),
    (0.56, 0.37, 0.26),
    (0.40, 0.26, 0.19),
    (0.27, 0.17, 0.13),
)
_HAIR: tuple[Colour, ...] = (
    (0.06, 0.05, 0.05),
    (0.14, 0.09, 0.07),
    (0.27, 0.17, 0.10),
    (0.43, 0.28, 0.15),
    (0.72, 0.55, 0.32),
    (0.50, 0.22, 0.10),
)
_IRIS: tuple[Colour, ...] = ((0.22, 0.13, 0.08), (0.34, 0.21, 0.11), (0.38, 0.36, 0.20), (0.30, 0.42, 0.33), (0.33, 0.47, 0.58))
_SHADOW: tuple[Colour, ...] = ((0.25, 0.17, 0.15), (0.36, 0.20, 0.30), (0.22, 0.26, 0.36), (0.45, 0.28, 0.20))
_CLOTH: tuple[Colour, ...] = (
    (0.16, 0.23, 0.33),
    (0.30, 0.42, 0.40),
    (0.62, 0.60, 0.55),
    (0.45, 0.20, 0.20),
    (0.22, 0.22, 0.24),
    (0.72, 0.62, 0.45),
    (0.36, 0.45, 0.58),
    (0.80, 0.79, 0.76),
    (0.40, 0.33, 0.45),
)


class HairStyle(StrEnum):
    """The cuts."""

    BALD = "bald"
    CROP = "crop"
    SHORT = "short"
    QUIFF = "quiff"
    CURLY = "curly"
    BOB = "bob"
    LONG = "long"
    BUN = "bun"


class Beard(StrEnum):
    """What grows on the lower face."""

    NONE = "none"
    STUBBLE = "stubble"
    MOUSTACHE = "moustache"
    GOATEE = "goatee"
    FULL = "full"


class Glasses(StrEnum):
    """Frames."""

    NONE = "none"
    ROUND = "round"
    SQUARE = "square"


@dataclass(frozen=True, slots=True)
class Identity:
    """All parameters of one person who does not exist.

    Args:
        masculine: 0 … 1, moves jaw, brow and neck together.
        age: 0 (twenty) … 1 (seventy): lines, grey hair.
        face_width, cheek_width, jaw_width, chin_width, temple_width: Factors on the half-width of the head at that height.
        lower_length, upper_length: Factors on the face below and above the eyes.
        chin_forward, forehead_slope: How far the profile stands out there.
        eye_spacing: Half the distance between the eyes' centres.
        eye_tilt: Outer corner up, as a slope.
        glasses_weight: Radius of the rims.
    """

    seed: int
    masculine: float
    age: float
    face_width: float
    cheek_width: float
    jaw_width: float
    chin_width: float
    temple_width: float
    lower_length: float
    upper_length: float
    chin_forward: float
    chin_cleft: float
    forehead_slope: float
    cheekbone: float
    fullness: float
    eye_spacing: float
    eye_width: float
    eye_height: float
    eye_tilt: float
    eye_depth: float
    eye_hood: float
    eye_bag: float
    brow_height: float
    brow_tilt: float
    brow_arch: float
    brow_thickness: float
    brow_length: float
    brow_density: float
    brow_ridge: float
    nose_length: float
    nose_width: float
    nose_bridge: float
    nose_tip: float
    nose_hump: float
    mouth_drop: float
    mouth_width: float
    lip_upper: float
    lip_lower: float
    mouth_curve: float
    ear_size: float
    ear_angle: float
    neck_width: float
    skin: Colour
    skin_redness: float
    skin_texture: float
    freckles: float
    lip: Colour
    iris: Colour
    hair: Colour
    brow: Colour
    hair_style: HairStyle
    hair_line: float
    hair_volume: float
    hair_recede: float
    hair_fringe: float
    hair_part: float
    hair_length: float
    beard: Beard
    glasses: Glasses
    glasses_colour: Colour
    glasses_weight: float
    eye_shadow: float
    eye_shadow_colour: Colour
    cloth: Colour
    mole: tuple[float, float]
    has_mole: bool


_CAST = (
    *(262, 659, 464, 807, 22, 467, 462, 1043, 1134, 451, 180, 1133, 1020, 621, 1164, 769, 750, 731, 904, 617),
    *(350, 229, 956, 187, 728, 513, 1044, 669, 1030, 1023, 906, 841, 1186, 755, 948, 631, 108, 417, 678, 169),
)
"""Of 900 drawn persons those least alike, in six views, to encoder-v0, v1, v2 and the teacher: seeds 0, 1, 2 …, which people try first."""
_DRAWN = 1200


def identity(seed: int) -> Identity:
    """The person of a seed, always the same one. The first dozen seeds are hard to take for each other, later ones easier.

    Raises:
        ValueError: A negative seed.
    """
    if seed < 0:
        raise ValueError(f"a person's seed is 0 or more, not {seed}: negative seeds have no person")
    drawn = _CAST[seed] if seed < len(_CAST) else _DRAWN + seed  # of one parity with the seed, as the names are
    rng = np.random.default_rng([IDENTITY_STREAM, drawn])

    def around(centre: float, spread: float) -> float:
        """Denser at both ends than in the middle: persons are to differ."""
        place = rng.uniform(-1.0, 1.0)
        return float(centre + spread * np.sign(place) * abs(place) ** 0.6)

    # Women and men take turns, as in names.py, and neighbours are far apart in what shows most: small groups are easy to tell apart.
    masculine = float(np.clip((0.15 if seed % 2 == 0 else 0.85) + 0.12 * rng.normal(), 0.0, 1.0))
    age = float(rng.beta(1.3, 1.7))
    tone = (0.15 + _GOLDEN * drawn) % 1.0
    skin = _between(_SKIN, tone, rng, jitter=0.05 * (1.0 - 0.5 * tone))
    hair = _hair_colour(rng, tone, age)
    style = _hair_style(rng, masculine, age)
    m = masculine - 0.5
    return Identity(
        seed=drawn,  # so that a person looks the same wherever the cast has them
        masculine=masculine,
        age=age,
        face_width=around(1.0 + 0.03 * m, 0.11),
        cheek_width=around(1.0, 0.06),
        jaw_width=around(1.0 + 0.10 * m, 0.17),
        chin_width=around(1.0 + 0.22 * m, 0.28),
        temple_width=around(1.0, 0.06),
        lower_length=around(1.0 + 0.06 * m, 0.115),
        upper_length=around(1.0, 0.06),
        chin_forward=around(0.25 * m, 0.9),
        chin_cleft=max(0.0, around(-0.3 + 0.4 * m, 0.6)),
        forehead_slope=around(0.3 * m, 0.7),
        cheekbone=around(0.5, 0.8),
        fullness=around(0.1, 0.75),
        eye_spacing=around(3.18, 0.46),
        eye_width=around(2.9, 0.42),
        eye_height=around(1.05 - 0.12 * m, 0.32),
        eye_tilt=around(0.05, 0.2),
        eye_depth=around(0.75 + 0.3 * m, 0.6),
        eye_hood=float(rng.uniform(0.0, 1.0)),
        eye_bag=float(np.clip(0.2 + 0.9 * age + 0.25 * rng.normal(), 0.0, 1.3)),
        brow_height=around(1.98 - 0.35 * m, 0.5),
        brow_tilt=around(0.05, 0.22),
        brow_arch=around(0.30 - 0.25 * m, 0.34),
        brow_thickness=around(0.6 + 0.30 * m, 0.32),
        brow_length=around(4.0, 0.45),
        brow_density=around(0.80 + 0.1 * m, 0.18),
        brow_ridge=around(0.35 + 0.5 * m, 0.42),
        nose_length=around(4.75 + 0.25 * m, 0.85),
        nose_width=around(1.0 + 0.12 * m + 0.12 * tone, 0.32),
        nose_bridge=around(1.0 + 0.3 * m - 0.25 * tone, 0.45),
        nose_tip=around(2.25, 0.55),
        nose_hump=around(0.08 + 0.2 * m, 0.34),
        mouth_drop=around(2.4, 0.48),
        mouth_width=around(5.05 + 0.3 * m, 1.05),
        lip_upper=around(0.57 - 0.16 * m + 0.15 * tone, 0.32),
        lip_lower=around(0.82 - 0.16 * m + 0.18 * tone, 0.36),
        mouth_curve=around(0.05, 0.16),
        ear_size=around(1.0, 0.16),
        ear_angle=around(24.0, 12.0),
        neck_width=around(1.0 + 0.24 * m, 0.08),
        skin=skin,
        skin_redness=float(rng.uniform(0.0, 1.0)) * (1.0 - 0.5 * tone),
        skin_texture=float(rng.uniform(0.2, 1.0)),
        freckles=float(rng.uniform(0.4, 1.0)) if tone < 0.45 and rng.random() < 0.28 else 0.0,
        lip=_lip_colour(skin, masculine, rng),
        iris=_between(_IRIS, float(rng.uniform(0, 1)) * max(0.1, 1.0 - 1.1 * tone), rng, jitter=0.03),
        hair=hair,
        brow=_mix(hair, (0.10, 0.07, 0.06), 0.45 if age < 0.8 else 0.2),
        hair_style=style,
        hair_line=around(0.0, 0.9),
        hair_volume=around(1.0, 0.35),
        hair_recede=float(np.clip(masculine * (0.15 + age) * rng.uniform(0, 1.3), 0.0, 1.0)),
        hair_fringe=float(rng.uniform(0.5, 1.0)) if rng.random() < (0.45 if masculine < 0.5 else 0.2) else 0.0,
        hair_part=around(0.0, 1.0),
        hair_length=float(rng.uniform(0.0, 1.0)),
        beard=_beard(rng, masculine),
        glasses=Glasses(str(rng.choice([g.value for g in Glasses], p=[0.60, 0.20, 0.20]))),
        glasses_colour=_mix((0.06, 0.06, 0.07), (0.42, 0.24, 0.12), float(rng.uniform(0, 1))),
        glasses_weight=float(rng.uniform(0.11, 0.27)),
        eye_shadow=float(rng.uniform(0.3, 0.75)) if masculine < 0.5 and rng.random() < 0.5 else 0.0,
        eye_shadow_colour=_SHADOW[int(rng.integers(len(_SHADOW)))],
        cloth=_CLOTH[int(rng.integers(len(_CLOTH)))],
        mole=(around(0.0, 5.0), around(5.0, 4.0)),
        has_mole=bool(rng.random() < 0.3),
    )


def _between(palette: tuple[Colour, ...], position: float, rng: np.random.Generator, *, jitter: float) -> Colour:
    """The colour at 0 … 1 along a palette, moved a little."""
    place = float(np.clip(position, 0.0, 1.0)) * (len(palette) - 1)
    below = min(int(place), len(palette) - 2)
    mixed = np.array(_mix(palette[below], palette[below + 1], place - below))
    red, green, blue = np.clip(mixed + jitter * rng.uniform(-1, 1, 3), 0.02, 0.98)
    return float(red), float(green), float(blue)


def _mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of the second colour, the rest of the first."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue


def _lip_colour(skin: Colour, masculine: float, rng: np.random.Generator) -> Colour:
    lip = (skin[0] * 0.86, skin[1] * 0.62, skin[2] * 0.64)
    return _mix(lip, (0.66, 0.20, 0.24), float(rng.uniform(0.0, 0.9)) * (1.0 - masculine))


def _hair_colour(rng: np.random.Generator, tone: float, age: float) -> Colour:
    colour = _between(_HAIR, float(rng.uniform(0, 1)) * (1.0 - 0.85 * min(1.0, tone * 1.5)), rng, jitter=0.02)
    grey = float(np.clip((age - 0.5) * 2.2 * rng.uniform(0.2, 1.4), 0.0, 0.95))
    return _mix(colour, (0.70, 0.69, 0.67), grey)


def _hair_style(rng: np.random.Generator, masculine: float, age: float) -> HairStyle:
    if masculine > 0.5:
        bald = 0.04 + 0.22 * age
        shares = {HairStyle.BALD: bald, HairStyle.CROP: 0.26, HairStyle.SHORT: 0.30, HairStyle.QUIFF: 0.22, HairStyle.CURLY: 0.14}
    else:
        shares = {HairStyle.SHORT: 0.12, HairStyle.CURLY: 0.18, HairStyle.BOB: 0.27, HairStyle.LONG: 0.28, HairStyle.BUN: 0.15}
    weights = np.array(list(shares.values()))
    return list(shares)[int(rng.choice(len(shares), p=weights / weights.sum()))]


def _beard(rng: np.random.Generator, masculine: float) -> Beard:
    if masculine <= 0.5:
        return Beard.NONE
    return list(Beard)[int(rng.choice(5, p=[0.34, 0.14, 0.14, 0.16, 0.22]))]
