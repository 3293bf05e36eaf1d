"""How time grows with the number of objects: measured, and drawn into docs/growth.svg.

python benchmarks/growth.py
"""

import math
import tempfile
from pathlib import Path

from table import RECONCILER, as_described, ran, served, written

PICTURE = Path(__file__).parent.parent / "docs" / "growth.svg"
SIZES = (1_000, 10_000, 100_000)
LEFT, TOP, WIDE, HIGH = 70, 30, 560, 300  # of the drawing, in pixels
LEAST, DECADES = 0.1, 3  # seconds at the bottom, and powers of ten above


def measured():
    """Seconds by command, for each size."""
    found = {"validate": [], "plan, no changes": []}
    for users in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            times = 3 if users < SIZES[-1] else 1
            config = written(users, folder)
            found["validate"].append(ran([*RECONCILER, "validate", config], times=times).seconds)
            with served(as_described(users), folder) as (env, _):
                plan = ran([*RECONCILER, "plan", config], env=env, times=times)
            found["plan, no changes"].append(plan.seconds)
    return found


def across(users):
    return LEFT + WIDE * math.log10(users / SIZES[0]) / math.log10(SIZES[-1] / SIZES[0])


def up(seconds):
    return TOP + HIGH - HIGH * math.log10(max(seconds, LEAST) / LEAST) / DECADES


def drawn(found):
    size = f"{LEFT + WIDE + 70} {TOP + HIGH + 60}"
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img">'
    yield "<title>Seconds by number of users, on logarithmic scales</title>"
    yield "<style>text{font:13px sans-serif;fill:#555}line{stroke:#bbb}"
    yield "polyline{fill:none;stroke-width:2.5}</style>"
    yield '<rect width="100%" height="100%" fill="#fff"/>'
    for power in range(DECADES + 1):
        y, label = up(LEAST * 10**power), f"{LEAST * 10**power:g} s"
        yield f'<line x1="{LEFT}" y1="{y:.0f}" x2="{LEFT + WIDE}" y2="{y:.0f}"/>'
        yield f'<text x="{LEFT - 10}" y="{y + 4:.0f}" text-anchor="end">{label}</text>'
    for users in SIZES:
        place = f'x="{across(users):.0f}" y="{TOP + HIGH + 25}" text-anchor="middle"'
        yield f"<text {place}>{users:,} users</text>"
    for (name, seconds), colour in zip(found.items(), ("#1769aa", "#b3541e"), strict=True):
        points = [(across(users), up(each)) for users, each in zip(SIZES, seconds, strict=True)]
        yield f'<polyline stroke="{colour}" points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in points)}"/>'
        for (x, y), each in zip(points, seconds, strict=True):
            yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{colour}"/>'
            place = f'x="{x - 6:.0f}" y="{y - 9:.0f}" text-anchor="end" style="fill:{colour}"'
            yield f"<text {place}>{each:.1f}</text>"
        x, y = ((one + other) / 2 for one, other in zip(points[1], points[2], strict=True))
        yield f'<text x="{x - 12:.0f}" y="{y - 6:.0f}" text-anchor="end" style="fill:{colour}">{name}</text>'
    yield "</svg>"


def main():
    found = measured()
    print(found)
    PICTURE.write_text("\n".join(drawn(found)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
