"""First names for the people of facekit.synthetic.identity: even seeds are women, odd ones men."""

from __future__ import annotations

_WOMEN = (
    "Ana Bea Clara Dina Elif Farah Greta Hana Ines Julia Kaya Lena Mei Nadia Olga Petra "
    "Rosa Sofia Tess Uma Vera Wanda Xenia Yara Zoe Aiko Chiara Esther Gita Iris Noor Priya"
)
_MEN = (
    "Amir Boris Carlos Davit Emil Femi Goran Hugo Ivo Jun Kofi Luca Milo Nils Omar Pavel "
    "Quim Rafael Sami Tariq Umar Viktor Wim Yusuf Zeno Bram Finn Henrik Jamal Jonas Leon Otto"
)


def person_name(seed: int) -> str:
    """A first name: always the same for a seed, one word and different for the first 64 seeds."""
    names = (_MEN if seed % 2 else _WOMEN).split()
    round_, index = divmod(seed // 2, len(names))
    return names[index] if round_ == 0 else f"{names[index]} {round_ + 1}"
