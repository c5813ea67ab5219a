from flask import Blueprint

blueprint = Blueprint("appraisal", __name__)
