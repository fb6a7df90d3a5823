"""A small Poisson model: goals and corners of each side come at a steady rate for the time that is left.

    python3 model.py 8080

It predicts markets of Touchline's catalogue, and one that no catalogue has: `most_corners_at_least_5`.
"""

import math
import os
import sys

from touchline_kit import Model

HERE = os.path.dirname(os.path.abspath(__file__))
model = Model(os.path.join(HERE, "manifest.json"))

# What a side of an average match has at its end.
RATES = {"goals": (1.58, 1.21), "corners": (5.7, 4.5)}
MOST = {"goals": 12, "corners": 24}
WITH_ONE_MORE_RED = 0.8


def share_left(clock):
    """Of the 90 minutes; never nothing, because stoppage time is still played."""
    played = {"pre_match": 0, "first_half": 0, "half_time": 45, "second_half": 45}.get(clock["phase"], 90)
    running = min(45, clock["minutesIntoPeriod"]) if clock["phase"] in ("first_half", "second_half") else 0
    return max(0.02, 1 - (played + running) / 93)


def poisson(mean, most):
    probabilities = [math.exp(-mean)]
    for count in range(1, most):
        probabilities.append(probabilities[-1] * mean / count)
    probabilities.append(max(0.0, 1 - sum(probabilities)))
    return probabilities


def goal_grid(facts, clock):
    """[(home, away, probability)] of the final score."""
    now, reds = facts["score"], facts["red_cards"]
    missing = reds["home"] - reds["away"]
    left = share_left(clock)
    home = RATES["goals"][0] * left * WITH_ONE_MORE_RED**missing
    away = RATES["goals"][1] * left * WITH_ONE_MORE_RED**-missing
    penalty = facts["penalty_pending"]  # "home", "away" or None
    home += 0.76 if penalty == "home" else 0
    away += 0.76 if penalty == "away" else 0
    if facts["weather"] in ("rain", "snow"):
        home, away = home * 0.97, away * 0.97
    return grid(now, home, away, MOST["goals"])


def corner_grid(facts, clock):
    now, left = facts["corners"], share_left(clock)
    return grid(now, RATES["corners"][0] * left, RATES["corners"][1] * left, MOST["corners"])


def grid(now, home_mean, away_mean, most):
    home, away = poisson(home_mean, most), poisson(away_mean, most)
    return [
        (now["home"] + h, now["away"] + a, p * q) for h, p in enumerate(home) for a, q in enumerate(away)
    ]


def probability(cells, holds):
    return min(1.0, sum(p for home, away, p in cells if holds(home, away)))


def two_way(names, cells, holds):
    first = probability(cells, holds)
    return {names[0]: first, names[1]: 1 - first}


def over_under(cells, line, counted):
    """A whole line returns the stake when it is met: wins over wins and losses."""
    over = probability(cells, lambda h, a: counted(h, a) > line)
    under = probability(cells, lambda h, a: counted(h, a) < line)
    share = over / (over + under) if over + under > 0 else 0.5
    return {"over": share, "under": 1 - share}


def three_way(cells):
    home = probability(cells, lambda h, a: h > a)
    away = probability(cells, lambda h, a: h < a)
    return {"home": home, "draw": max(0.0, 1 - home - away), "away": away}


COUNTED = {"": lambda h, a: h + a, "home_": lambda h, a: h, "away_": lambda h, a: a}


def of_score(market_id, cells):
    if market_id == "match_result":
        return three_way(cells)
    if market_id == "both_teams_to_score":
        return two_way(("yes", "no"), cells, lambda h, a: h > 0 and a > 0)
    if market_id == "odd_even":
        return two_way(("odd", "even"), cells, lambda h, a: (h + a) % 2 == 1)
    for side, counted in COUNTED.items():
        if market_id == f"{side}odd_even":
            return two_way(("odd", "even"), cells, lambda h, a, of=counted: of(h, a) % 2 == 1)
        if market_id.startswith(f"{side}over_under_"):
            return over_under(cells, line_of(market_id), counted)
    if market_id == "home_clean_sheet":
        return two_way(("yes", "no"), cells, lambda h, a: a == 0)
    if market_id == "away_clean_sheet":
        return two_way(("yes", "no"), cells, lambda h, a: h == 0)
    if market_id == "home_win_to_nil":
        return two_way(("yes", "no"), cells, lambda h, a: h > a == 0)
    if market_id == "away_win_to_nil":
        return two_way(("yes", "no"), cells, lambda h, a: a > h == 0)
    if market_id == "double_chance":
        three = three_way(cells)
        return {
            "home_or_draw": three["home"] + three["draw"],
            "draw_or_away": three["draw"] + three["away"],
            "home_or_away": three["home"] + three["away"],
        }
    raise KeyError(f"no model for {market_id}")


def of_corners(market_id, cells):
    if market_id == "corners_result":
        return three_way(cells)
    if market_id == "most_corners_at_least_5":
        five = probability(cells, lambda h, a: h >= 5 or a >= 5)
        home = probability(cells, lambda h, a: h >= 5 and h > a)
        away = probability(cells, lambda h, a: a >= 5 and a > h)
        return {"home": home, "away": away, "level": max(0.0, five - home - away), "none": max(0.0, 1 - five)}
    side = market_id[:5] if market_id[:5] in COUNTED else ""
    return over_under(cells, line_of(market_id), COUNTED[side])


def line_of(market_id):
    digits = market_id.split("over_under_")[1].replace("_", ".")
    return float(digits)


@model.predict
def predict(market, facts, clock):
    if market["group"] == "corners":
        cells = facts.shared("corners", lambda shared: corner_grid(shared, clock))
        return of_corners(market["id"], cells)
    cells = facts.shared("goals", lambda shared: goal_grid(shared, clock))
    return of_score(market["id"], cells)


if __name__ == "__main__":
    model.serve(port=int(sys.argv[1]) if len(sys.argv) > 1 else 8080, host=os.environ.get("HOST", "127.0.0.1"))
