"""Posts that do much better than is usual of their creator at the same age. READ compares, DECIDE tells.

Reading order: usual, score, history (READ; `stages/post_watch.py` drives them); judged (the format between the two);
tails, share, judge, alert (DECIDE); features, horizon, outlook (DECIDE: what they will have drawn after a day).
"""
