"""The controls over HTTP, for tests that drive the simulator from another process.

All take and give JSON. What cannot be used is answered with 400 and ``{"error": …}``, what
is not there with 404, a wait in vain with 408.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Blueprint, request

from raspisms.simulator.errors import ApiError
from raspisms.simulator.faults import FAULTS
from raspisms.simulator.moments import MOMENTS, Hold

if TYPE_CHECKING:
    from raspisms.simulator.simulator import Simulator

Reply = tuple[dict[str, Any], int]


def create_control(simulator: "Simulator") -> Blueprint:
    """Routes under /control."""
    control = Blueprint("control", __name__, url_prefix="/control")
    _register_errors(control)
    _register_state(control, simulator)
    _register_account(control, simulator)
    _register_people(control, simulator)
    _register_faults(control, simulator)
    _register_holds(control, simulator)
    return control


def _register_errors(control: Blueprint) -> None:
    @control.errorhandler(ValueError)
    @control.errorhandler(TypeError)
    def unusable(error: Exception) -> Reply:
        return {"error": str(error)}, 400

    @control.errorhandler(KeyError)
    def missing(error: KeyError) -> Reply:
        return {"error": f"missing or unknown: {error}"}, 404

    @control.errorhandler(ApiError)
    def refused(error: ApiError) -> Reply:
        return {"error": error.message}, error.status

    @control.errorhandler(TimeoutError)
    def in_vain(error: TimeoutError) -> Reply:
        return {"error": str(error)}, 408


def _register_state(control: Blueprint, simulator: "Simulator") -> None:
    @control.get("/ledger")
    def ledger() -> dict[str, Any]:
        return simulator.ledger.as_json()

    @control.get("/settings")
    def show_settings() -> dict[str, Any]:
        return asdict(simulator.world.settings)

    @control.post("/settings")
    def change_settings() -> dict[str, Any]:
        """Any of ``Settings``: callbacks, callback_method, time_offset, delivery_delay, …"""
        simulator.change(**body())
        return asdict(simulator.world.settings)

    @control.post("/settle")
    def settle() -> Reply:
        """Wait until every delivery is made and every callback ended; ``timeout`` in seconds."""
        simulator.settle(**body())
        return {}, 200

    @control.post("/reset")
    def reset() -> Reply:
        simulator.clear()
        return {}, 200


def _register_account(control: Blueprint, simulator: "Simulator") -> None:
    @control.post("/callback")
    def set_callback() -> Reply:
        """``service``, ``url`` (null: none)."""
        given = body()
        simulator.set_callback(given["service"], given["url"])
        return {}, 200

    @control.post("/service")
    def change_service() -> Reply:
        """``service``, and ``status`` or ``credits``."""
        given = body()
        with simulator.world.lock:
            service = simulator.account.service(given["service"])
            service.status = str(given.get("status", service.status))
            service.credits = float(given.get("credits", service.credits))
        return {}, 200

    @control.post("/credential")
    def change_credential() -> Reply:
        """``consumer_key``, ``status``: validated, pendingValidation, expired or refused."""
        given = body()
        with simulator.world.lock:
            credential = simulator.account.credentials[given["consumer_key"]]
            credential.status = str(given["status"])
        return {}, 200

    @control.post("/services")
    def add_service() -> Reply:
        """``name``, and perhaps ``numbers``, ``status``, ``credits``, ``description``."""
        return {"service": simulator.add_service(**body()).name}, 201

    @control.post("/sender")
    def add_sender() -> Reply:
        """``service``, ``name``, and perhaps ``status``: one of sms.StatusSenderEnum."""
        return {"sender": simulator.add_sender(**body()).sender}, 201

    @control.post("/credentials")
    def add_credential() -> Reply:
        """Perhaps ``rules`` (as ``GET /sms``), ``status``, ``foreign``; gives the three keys."""
        return dict(simulator.add_credential(**body())), 201


def _register_people(control: Blueprint, simulator: "Simulator") -> None:
    @control.post("/outcome")
    def outcome() -> Reply:
        """``receiver``, ``kind``, and perhaps ``receipt`` and ``ptt``."""
        simulator.outcome(**body())
        return {}, 200

    @control.post("/answer")
    def answer() -> Reply:
        """``from``, ``to``, ``text``: a handset writes."""
        given = body()
        return {"id": simulator.answer(given["from"], given["to"], given["text"]).id}, 201


def _register_faults(control: Blueprint, simulator: "Simulator") -> None:
    @control.get("/fault")
    def faults() -> dict[str, Any]:
        return {"in_force": simulator.world.faults.described(), "known": sorted(FAULTS)}

    @control.post("/fault")
    def fault() -> Reply:
        """``name``, and perhaps ``match``, ``count``, ``after`` and the fault's own options."""
        simulator.fault(**body())
        return {"in_force": simulator.world.faults.described()}, 201

    @control.delete("/fault")
    def clear_faults() -> Reply:
        simulator.clear_faults()
        return {"in_force": []}, 200


def _register_holds(control: Blueprint, simulator: "Simulator") -> None:
    @control.post("/hold")
    def hold() -> Reply:
        """``moment``, and perhaps ``match`` and ``count``."""
        return _shown(simulator.hold(**body())), 201

    @control.get("/hold/<int:hold_id>")
    def show(hold_id: int) -> Reply:
        return _shown(simulator.world.moments.get(hold_id)), 200

    @control.post("/hold/<int:hold_id>/wait")
    def wait(hold_id: int) -> Reply:
        """``timeout`` in seconds, ``reached``: how many calls to wait for."""
        held = simulator.world.moments.get(hold_id)
        held.wait(**body())
        return _shown(held), 200

    @control.post("/hold/<int:hold_id>/release")
    def release(hold_id: int) -> Reply:
        """``outcome``: "go on" (without it) or "cut"."""
        held = simulator.world.moments.get(hold_id)
        held.release(**body())
        return _shown(held), 200


def _shown(hold: Hold) -> dict[str, Any]:
    return {
        "id": hold.id,
        "moment": hold.moment,
        "match": str(hold.match),
        "reached": hold.reached,
        "moments": MOMENTS,
    }


def body() -> dict[str, Any]:
    """The JSON object that came; nothing at all is an empty one.

    :raise ValueError: for anything else.
    """
    given = request.get_json() if request.content_length else {}
    if not isinstance(given, dict):
        raise ValueError("a JSON object is needed")
    return given
