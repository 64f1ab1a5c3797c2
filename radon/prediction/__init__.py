"""What a home that nobody has measured would read."""

from radon.prediction.predicting import predict
from radon.prediction.records import Prediction

__all__ = ["Prediction", "predict"]
