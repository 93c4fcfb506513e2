"""Whether a picture is good enough: thresholds as data, and verdicts on measurements.

What belongs here: which gates a sprite must pass (:mod:`.select`), the numbers behind them (``thresholds.toml``,
:mod:`.thresholds`), what is measured for each (:mod:`.readings`), verdicts that say what to do (:mod:`.verdicts`),
their report (:mod:`.report`), a picture of each fault (:mod:`.marking`), checks over a whole set (:mod:`.sets`), and how
thresholds are found anew from labelled pictures (:mod:`.recalibrate`). What does not: the measurements themselves
(``imaging.measure``), manifests, providers and Dagster, which pass in plain values.

Known limits, by measurement:

* D2 says nothing about free shapes, D5 nothing without a guide; :func:`.select.select` leaves them out.
* D6 and D7 blame glow, glass and smoke, D8 many parts, D9 wanted holes: declare those as traits.
* D11 takes a soft light rim for a little halo, and cannot see anything where the subject has the background's colour.
* D17 says nothing about gaps that vertical parallax opens.
* All numbers come from one project's pictures and one provider; ``recalibrate`` over your own before trusting the last per cent.
"""
