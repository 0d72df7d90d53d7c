"""What gunicorn imports in every worker."""

from pathlib import Path

from serving.door import open_door
from serving.loading import Answer


def load() -> Answer:
    """Import xgboost and read the model, in the background, as both take longer than a ping may."""
    import predict

    answer: Answer = predict.load(Path("/opt/ml/model"))
    return answer


application = open_door(load, takes="text/csv", gives="application/json")
