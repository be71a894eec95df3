"""The addresses of signing in beyond the password, and of somebody’s own account."""

from django.urls import path

from candour.desk.views import account, sign_in

app_name = "account"

urlpatterns = [
    path("sign-in/code/", sign_in.second_step, name="code"),
    path("sign-in/provider/", sign_in.to_provider, name="to-provider"),
    path("sign-in/provider/back/", sign_in.from_provider, name="from-provider"),
    path("account/", account.account, name="account"),
    path("account/password/", account.NewPassword.as_view(), name="password"),
    path("account/second-factor/", account.set_up, name="set-up"),
    path("account/second-factor/remove/", account.remove, name="remove"),
    path("account/recovery-codes/", account.recovery_codes, name="recovery-codes"),
    path("account/sessions/", account.sessions, name="sessions"),
]
