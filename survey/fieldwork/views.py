from flask import Blueprint

blueprint = Blueprint("fieldwork", __name__)
