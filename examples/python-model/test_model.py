"""python3 -m unittest, in this folder."""

import copy
import gzip
import json
import unittest
import urllib.request

from model import model

FACTS = {
    "score": {"home": 1, "away": 0},
    "red_cards": {"home": 0, "away": 0},
    "penalty_pending": None,
    "weather": "clear",
    "corners": {"home": 3, "away": 2},
    "venue": "somewhere",
}
CLOCK = {"phase": "first_half", "minutesIntoPeriod": 20, "rate": 1}


def request(*markets, **facts):
    groups = model.manifest["markets"]
    asked = [{"id": market, "group": groups[market]["group"], "outcomes": []} for market in markets]
    match = {
        "matchId": "m-1",
        "clock": CLOCK,
        "facts": {**FACTS, **facts},
        "markets": asked,
        "blends": [{"blend": "none", "markets": list(markets)}],
    }
    return {"format": "touchline-prediction-request", "version": 1, "requests": [match]}


def markets_of(answer):
    return answer["predictions"][0]["blends"][0]["markets"]


class ModelTest(unittest.TestCase):
    def test_probabilities_of_every_exclusive_market_sum_to_one(self):
        ids = [market for market in model.manifest["markets"] if market != "double_chance"]
        for market, answer in markets_of(model.answer(request(*ids))).items():
            self.assertAlmostEqual(sum(answer["probabilities"].values()), 1, 6, market)

    def test_records_what_each_market_looks_at_also_where_it_shares_a_computation(self):
        answers = markets_of(model.answer(request("match_result", "over_under_2_5", "corners_over_under_9_5")))
        goals = ["penalty_pending", "red_cards", "score", "weather"]
        self.assertEqual(answers["match_result"]["reads"], goals)
        self.assertEqual(answers["over_under_2_5"]["reads"], goals)
        self.assertEqual(answers["corners_over_under_9_5"]["reads"], ["corners"])

    def test_reads_no_more_than_its_manifest_declares(self):
        ids = list(model.manifest["markets"])
        for market, answer in markets_of(model.answer(request(*ids))).items():
            group = model.manifest["groups"][model.manifest["markets"][market]["group"]]
            self.assertLessEqual(set(answer["reads"]), set(group["reads"]), market)

    def test_equal_requests_get_equal_answers(self):
        asked = request(*model.manifest["markets"])
        self.assertEqual(model.answer(copy.deepcopy(asked)), model.answer(asked))

    def test_answers_over_http_in_plain_and_compressed(self):
        server = model.start()
        try:
            base = "http://127.0.0.1:%d/predict" % server.server_address[1]
            with urllib.request.urlopen(base + "/manifest", timeout=10) as answer:
                self.assertEqual(json.load(answer), model.manifest)
            body = json.dumps(request("match_result")).encode()
            plain = urllib.request.Request(base, body, {"content-type": "application/json"})
            packed = urllib.request.Request(base, gzip.compress(body), {"content-encoding": "gzip"})
            with urllib.request.urlopen(plain, timeout=10) as one, urllib.request.urlopen(packed, timeout=10) as other:
                self.assertEqual(json.load(one), json.load(other))
        finally:
            server.shutdown()
            server.server_close()


if __name__ == "__main__":
    unittest.main()
