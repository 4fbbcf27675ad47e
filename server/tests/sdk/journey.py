"""The official SDK against a running server with demo data. Prints what it saw as JSON.

usage: journey.py ENDPOINT ACCESS_KEY SECRET_KEY DOMAIN_ID
"""

import json
import sys
from decimal import Decimal

from huaweicloudsdkbss.v2 import (
    AdjustAccountReq,
    BssClient,
    CustomerInfoV2,
    ListCustomersBalancesDetailRequest,
    ListPartnerAdjustRecordsRequest,
    ListPartnerBalancesRequest,
    ListServiceTypesRequest,
    ListSubCustomersRequest,
    QueryCustomersBalancesReq,
    QuerySubCustomerListReq,
    ReclaimToPartnerAccountBalancesReq,
    ReclaimToPartnerAccountRequest,
    SendVerificationCodeV2Req,
    SendVerificationMessageCodeRequest,
    UpdateCustomerAccountAmountRequest,
)
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import SdkException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.signer.algorithm import SigningAlgorithm

ENDPOINT, ACCESS, SECRET, DOMAIN = sys.argv[1:5]


def client(secret=SECRET, domain=DOMAIN, config=None):
    builder = BssClient.new_builder().with_credentials(GlobalCredentials(ACCESS, secret, domain))
    if config is not None:
        builder = builder.with_http_config(config)
    return builder.with_endpoint(ENDPOINT).build()


bss = client()


def customers(**filters):
    return bss.list_sub_customers(ListSubCustomersRequest(body=QuerySubCustomerListReq(**filters)))


def own_balance(using=bss, **filters):
    return using.list_partner_balances(ListPartnerBalancesRequest(**filters)).account_balances[0]


def balance_of(customer):
    body = QueryCustomersBalancesReq(customer_infos=[CustomerInfoV2(customer_id=customer)])
    found = bss.list_customers_balances_detail(ListCustomersBalancesDetailRequest(body=body))
    return found.customer_balances[0].amount


def appropriate(customer, amount, **more):
    body = AdjustAccountReq(customer_id=customer, amount=amount, **more)
    return bss.update_customer_account_amount(UpdateCustomerAccountAmountRequest(body=body)).transfer_id


def reclaim(customer, amount):
    body = ReclaimToPartnerAccountBalancesReq(customer_id=customer, amount=amount)
    return bss.reclaim_to_partner_account(ReclaimToPartnerAccountRequest(body=body)).trans_id


def records(**filters):
    return bss.list_partner_adjust_records(ListPartnerAdjustRecordsRequest(**filters)).records


def send_code(phone):
    body = SendVerificationCodeV2Req(receiver_type=1, mobile_phone=phone, timeout=5, lang="zh-cn", scene=29)
    return bss.send_verification_message_code(SendVerificationMessageCodeRequest(body=body))


def decimal(number):
    """As text, with both decimals, whatever number type the SDK made of it."""
    return str(Decimal(str(number)).quantize(Decimal("0.01")))


def refusal(call):
    try:
        call()
    except SdkException as error:
        return {
            "kind": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "code": getattr(error, "error_code", None),
            "message": getattr(error, "error_msg", None),
            "request_id": getattr(error, "request_id", None),
        }
    return {"kind": "no error"}


def repeated(customer, token):
    request = UpdateCustomerAccountAmountRequest(body=AdjustAccountReq(customer_id=customer, amount=Decimal("1.00")))
    invoker = bss.update_customer_account_amount_invoker(request)
    return invoker.add_header("X-Client-Token", token).invoke().transfer_id


told = {}
resale = next(c for c in customers(association_type="2", limit=50).customer_infos if c.is_frozen == 0)
consultative = customers(association_type="1", limit=1).customer_infos[0]
told["count"] = customers(limit=1).count
told["resale"] = {"customer_id": resale.customer_id, "association_type": resale.association_type}
own = own_balance()
told["partner_before"] = {
    "account_type": own.account_type,
    "measure_id": own.measure_id,
    "currency": own.currency,
    "amount": decimal(own.amount),
}
told["customer_before"] = decimal(balance_of(resale.customer_id))
told["transfer_id"] = appropriate(resale.customer_id, Decimal("100.10"))
told["trans_id"] = reclaim(resale.customer_id, Decimal("0.1"))
told["customer_after"] = decimal(balance_of(resale.customer_id))
told["partner_after"] = {"amount": decimal(own_balance().amount)}
told["records"] = [
    {"trans_id": r.trans_id, "operation_type": r.operation_type, "amount": r.amount}
    for r in records(customer_id=resale.customer_id, limit=2)
]
told["of_one"] = [r.trans_id for r in records(trans_id=told["transfer_id"])]
told["repeat_first"] = repeated(resale.customer_id, "journey-token-1")
told["repeat_second"] = repeated(resale.customer_id, "journey-token-1")
told["code_sent"] = send_code("13800000000") is not None

hmac_sm3 = HttpConfig.get_default_config()
hmac_sm3.signing_algorithm = SigningAlgorithm.HMAC_SM3
told["errors"] = {
    "bad_amount": refusal(lambda: appropriate(resale.customer_id, Decimal("0.001"))),
    "too_much": refusal(lambda: appropriate(resale.customer_id, Decimal("99999999999"))),
    "unknown_customer": refusal(lambda: appropriate("nobody", Decimal("1"))),
    "consultative": refusal(lambda: appropriate(consultative.customer_id, Decimal("1"))),
    "foreign_reseller": refusal(lambda: own_balance(indirect_partner_id="somebody-else")),
    "too_often": refusal(lambda: send_code("13800000000")),
    "wrong_secret": refusal(lambda: own_balance(client(secret="x" * 40))),
    "wrong_domain": refusal(lambda: own_balance(client(domain="somebody-else"))),
    "other_algorithm": refusal(lambda: own_balance(client(config=hmac_sm3))),
    "no_such_api": refusal(lambda: bss.list_service_types(ListServiceTypesRequest())),
}
told["customer_end"] = decimal(balance_of(resale.customer_id))
print(json.dumps(told, ensure_ascii=False))
